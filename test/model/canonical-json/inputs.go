package main

import (
	"fmt"
	"strings"
)

// inputs returns the rows of the table, still without Canonical.
func inputs() []testCase {
	cases := []testCase{}
	for _, group := range [][]testCase{
		keyOrder, structure, texts, surrogates, numbers, credspecs,
	} {
		cases = append(cases, group...)
	}
	for char := range 0x20 {
		cases = append(cases, escaped(rune(char)))
	}
	return append(cases, escaped(0x7f), everyASCII(), deep("arrays", "[", "]"), deep("objects", `{"a":`, "}"))
}

// escaped is a control character, as a \u escape in the input: in a key and in a value.
func escaped(char rune) testCase {
	return testCase{
		Name:  fmt.Sprintf("control character 0x%02x", char),
		Input: fmt.Sprintf(`{"k\u%04x":"a\u%04xb"}`, char, char),
	}
}

// everyASCII has each printable ASCII character in one string, as a \u escape.
func everyASCII() testCase {
	var text strings.Builder
	for char := 0x20; char < 0x7f; char++ {
		fmt.Fprintf(&text, `\u%04X`, char)
	}
	return testCase{Name: "every printable ASCII character", Input: `"` + text.String() + `"`}
}

// deep nests 200 levels.
func deep(name, open, end string) testCase {
	const levels = 200
	return testCase{
		Name:  fmt.Sprintf("%d nested %s", levels, name),
		Input: strings.Repeat(open, levels) + "1" + strings.Repeat(end, levels),
	}
}

// Go sorts keys by their UTF-8 bytes, JavaScript by UTF-16 code units. The orders differ if one key
// has a character beyond U+FFFF and another has one from U+E000 to U+FFFF.
var keyOrder = []testCase{
	{Name: "keys, ASCII", Input: `{"b":1,"a":2,"c":3}`},
	{Name: "keys, mixed case", Input: `{"b":1,"B":2,"a":3,"A":4,"aB":5,"Ab":6}`},
	{Name: "keys, one the start of another", Input: `{"ab":1,"a":2,"abc":3,"":4}`},
	{Name: "keys, digits in the order of text", Input: `{"10":1,"9":2,"1":3,"01":4}`},
	{Name: "keys, punctuation", Input: `{"a_b":1,"a-b":2,"a.b":3,"a b":4,"aZ":5,"a~":6}`},
	{Name: "keys, not ASCII", Input: `{"é":1,"z":2,"ä":3,"ß":4,"Ω":5,"я":6,"中":7}`},
	{Name: "keys, composed and decomposed", Input: `{"e\u0301":1,"\u00e9":2,"e":3,"f":4}`},
	{Name: "keys, beyond U+FFFF against U+E000", Input: `{"\ud83d\ude00":1,"\ue000":2}`},
	{Name: "keys, beyond U+FFFF against U+FFFD and U+FFFF", Input: `{"\ud800\udc00":1,"\uffff":2,"\ufffd":3,"\udbff\udfff":4,"\ud7ff":5}`},
	{Name: "keys, difference after a common start", Input: `{"x\ud83d\ude00":1,"x\uff21":2,"x":3}`},
	{Name: "keys, escaped and plain", Input: `{"\u0062":1,"a":2,"\u0041":3}`},
	{Name: "keys that need escapes", Input: `{"<":1,"\"":2,"\\":3,"\n":4,"&":5,"\u2028":6}`},
	{Name: "keys, sorted at every depth", Input: `{"z":{"b":1,"a":[{"d":1,"c":2}]},"y":0}`},
	{Name: "key __proto__", Input: `{"__proto__":{"a":1},"a":2}`},
	{Name: "key __proto__, a string", Input: `{"b":1,"__proto__":"text"}`},
	{Name: "key __proto__, null", Input: `{"__proto__":null}`},
	{Name: "keys of Object.prototype", Input: `{"toString":1,"constructor":2,"hasOwnProperty":3,"toJSON":4}`},
	{Name: "duplicate key, the last wins", Input: `{"a":1,"b":2,"a":3}`},
	{Name: "duplicate key, objects are not merged", Input: `{"a":{"x":1},"a":{"y":2}}`},
	{Name: "duplicate key, one of them escaped", Input: `{"a":1,"\u0061":2}`},
	{Name: "duplicate key, the last is null", Input: `{"a":{"x":1},"a":null}`},
	{Name: "keys that differ in case are no duplicates", Input: `{"name":1,"Name":2}`},
}

var structure = []testCase{
	{Name: "empty object", Input: `{}`},
	{Name: "empty array", Input: `[]`},
	{Name: "empty string", Input: `""`},
	{Name: "empty key", Input: `{"":""}`},
	{Name: "null", Input: `null`},
	{Name: "true", Input: `true`},
	{Name: "false", Input: `false`},
	{Name: "null and empty members stay", Input: `{"a":null,"b":{},"c":[],"d":"","e":false,"f":0}`},
	{Name: "array keeps its order", Input: `["b","a",null,true,1,{},[]]`},
	{Name: "nested", Input: `{"a":[{"b":[[],[{}],[[1]]]}]}`},
	{Name: "white space goes", Input: " {\t\"a\" :\r\n [ 1 , 2 ] , \"b c\":\" d \" } \n"},
}

var texts = []testCase{
	{Name: "quote, backslash, slash", Input: `"\" \\ \/ /"`},
	{Name: "short escapes", Input: `"\b\f\n\r\t"`},
	{Name: "escaped for HTML", Input: `"<a href='x'>&amp;</a>"`},
	{Name: "escaped for HTML, escaped in the input", Input: `"\u003c\u003e\u0026\u0027"`},
	{Name: "line and paragraph separator", Input: `"\u2027\u2028\u2029\u202a"`},
	{Name: "line and paragraph separator, plain", Input: "\"\u2027\u2028\u2029\u202a\""},
	{Name: "an escape as text", Input: `"\\u003c \\n \\\\"`},
	{Name: "DEL and C1 controls, plain", Input: "\"\u007f\u0080\u0085\u009f\u00a0\""},
	{Name: "basic plane", Input: `"äöüß Ωя 中文 ไทย"`},
	{Name: "basic plane, escaped", Input: `"\u00e4\u00DF\u4e2d"`},
	{Name: "beyond the basic plane", Input: `"😀𝒳\ud83d\ude00\uDBFF\uDFFF"`},
	{Name: "combining characters", Input: `"e\u0301 é n\u0303o"`},
	{Name: "joined emoji", Input: `"👩\u200d💻🏽"`},
	{Name: "right to left and byte order marks", Input: `"\u202e\u200f\ufeffabc"`},
	{Name: "replacement character and noncharacters", Input: `"\ufffd\ufffe\uffff\ufdd0"`},
}

// Go decodes a surrogate that is not part of a pair as U+FFFD.
var surrogates = []testCase{
	{Name: "lone high surrogate", Input: `"a\ud800b"`},
	{Name: "lone low surrogate", Input: `"a\udc00b"`},
	{Name: "lone surrogate at the end", Input: `"a\ud83d"`},
	{Name: "surrogates in the wrong order", Input: `"\udc00\ud800"`},
	{Name: "two high surrogates and a low one", Input: `"\ud83d\ud83d\ude00"`},
	{Name: "high surrogate before another escape", Input: `"\ud800\u0041\ud800\n"`},
	{Name: "lone surrogate in a key", Input: `{"\ud800":1,"\ufffe":2,"a":3}`},
	{Name: "lone surrogates in keys, sorted as U+FFFD", Input: `{"\udfff":1,"\ue000":2}`},
	{Name: "lone surrogates make keys equal", Input: `{"\ud800":1,"\udfff":2}`},
}

var numbers = []testCase{
	{Name: "zero", Input: `0`},
	{Name: "small integers", Input: `[1,-1,42,-2147483648,4294967296]`},
	{Name: "largest exact integers", Input: `[9007199254740991,9007199254740992,-9007199254740991,-9007199254740992]`},
	{Name: "integers written as floats", Input: `[1.0,-1.0,100e0,1E2,1e+2,12.50]`},
	{Name: "fractions", Input: `[0.1,-0.1,0.5,3.14159,0.30000000000000004,1.7976931348623157e308,5e-324]`},
	{Name: "large, where the exponent begins", Input: `[1e20,1e21,-1e20,-1e21,123456789012345680000,1234567890123456800000,999999999999999900000]`},
	{Name: "large integer, all digits written", Input: `[100000000000000000000,1000000000000000000000]`},
	{Name: "small, where the exponent begins", Input: `[1e-6,1e-7,-1e-6,-1e-7,1.5e-7,0.000001,0.0000001,1e-10,1e-100]`},
	{Name: "zero, written as a float", Input: `[0.0,0e5]`},
	{Name: "negative zero", Input: `-0.0`},
}

var credspecs = []testCase{
	{
		Name: "credspec, nodes joined to the domain",
		Input: `{
  "CmsPlugins": ["ActiveDirectory"],
  "DomainJoinConfig": {
    "Sid": "S-1-5-21-1957390241-3086214477-2670915583",
    "MachineAccountName": "webapp1",
    "Guid": "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13",
    "DnsTreeName": "contoso.com",
    "DnsName": "contoso.com",
    "NetBiosName": "CONTOSO"
  },
  "ActiveDirectoryConfig": {
    "GroupManagedServiceAccounts": [
      { "Name": "webapp1", "Scope": "contoso.com" },
      { "Name": "webapp1", "Scope": "CONTOSO" }
    ]
  }
}`,
	},
	{
		Name: "credspec, portable identity",
		Input: `{
  "CmsPlugins": ["ActiveDirectory"],
  "DomainJoinConfig": {
    "Sid": "S-1-5-21-1957390241-3086214477-2670915583",
    "MachineAccountName": "webapp1",
    "Guid": "6f5e2c1a-3b7d-4c8e-9a41-0d2b7c9e5f13",
    "DnsTreeName": "contoso.com",
    "DnsName": "contoso.com",
    "NetBiosName": "CONTOSO"
  },
  "ActiveDirectoryConfig": {
    "HostAccountConfig": {
      "PortableCcgVersion": "1",
      "PluginGUID": "{CCC2A336-D7F3-4818-A213-272B7924213E}",
      "PluginInput": "ObjectId=00000000-0000-0000-0000-000000000000;SecretUri=https://contoso-gmsa.vault.azure.net/secrets/gmsa-reader?a=1&b=2"
    },
    "GroupManagedServiceAccounts": [
      { "Scope": "contoso.com", "Name": "webapp1" },
      { "Scope": "CONTOSO", "Name": "webapp1" }
    ]
  }
}`,
	},
	{
		Name:  "credspec, plug-in input with quotes, backslashes and colons",
		Input: `{"ActiveDirectoryConfig":{"HostAccountConfig":{"PluginInput":"CONTOSO\\reader:\"pass:word\"\\\\share\\{a}: <b> 'c' \u00e9","PluginGUID":"{00000000-0000-0000-0000-000000000000}","PortableCcgVersion":"1"}}}`,
	},
	{
		Name:  "credspec, several accounts",
		Input: `{"DomainJoinConfig":{"MachineAccountName":"webapp1","DnsName":"emea.contoso.com","DnsTreeName":"contoso.com","NetBiosName":"EMEA"},"CmsPlugins":["ActiveDirectory"],"ActiveDirectoryConfig":{"GroupManagedServiceAccounts":[{"Scope":"emea.contoso.com","Name":"webapp1"},{"Name":"webapp1","Scope":"EMEA"},{"Name":"batch2","Scope":"contoso.com"},{"Name":"batch2","Scope":"CONTOSO"}]}}`,
	},
	{Name: "credspec, empty parts", Input: `{"DomainJoinConfig":{},"CmsPlugins":[],"ActiveDirectoryConfig":{"GroupManagedServiceAccounts":[{}]}}`},
}
