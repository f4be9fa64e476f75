// Two webhooks that make no calls of their own and answer at once: the least that any design with a
// mutating and a validating webhook costs. `npm run bench` puts them in the place of the module's,
// with the same rules, match conditions and patch.
//
// The only argument is a JSON file with the contents of each credential spec and the only service
// account that may use them. The first line of output is a JSON object with the URL and its CA. The
// program ends when its standard input closes.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"time"
)

// All that the webhooks need to answer for the bench's Pods.
type knowledge struct {
	Account  string            `json:"account"`
	Contents map[string]string `json:"contents"`
}

type windowsOptions struct {
	Name     string `json:"gmsaCredentialSpecName"`
	Contents string `json:"gmsaCredentialSpec"`
}

type review struct {
	Request struct {
		UID    string `json:"uid"`
		Object struct {
			Spec struct {
				ServiceAccountName string `json:"serviceAccountName"`
				Containers         []struct {
					SecurityContext struct {
						WindowsOptions windowsOptions `json:"windowsOptions"`
					} `json:"securityContext"`
				} `json:"containers"`
			} `json:"spec"`
		} `json:"object"`
	} `json:"request"`
}

type status struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

type response struct {
	UID       string  `json:"uid"`
	Allowed   bool    `json:"allowed"`
	PatchType string  `json:"patchType,omitempty"`
	Patch     []byte  `json:"patch,omitempty"`
	Status    *status `json:"status,omitempty"`
}

type answer struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Response   response `json:"response"`
}

type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value string `json:"value"`
}

func main() {
	text, err := os.ReadFile(os.Args[1])
	exitOn(err)
	var known knowledge
	exitOn(json.Unmarshal(text, &known))
	certificate, ca, err := selfSigned()
	exitOn(err)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	exitOn(err)
	http.HandleFunc("/mutate", serve(known.mutate))
	http.HandleFunc("/validate", serve(known.validate))
	exitOn(json.NewEncoder(os.Stdout).Encode(map[string]string{
		"url": "https://" + listener.Addr().String(),
		"ca":  ca,
	}))
	server := http.Server{
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{certificate}},
		// Do not report connections that break because the bench ends.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	exitOn(server.ServeTLS(listener, "", ""))
}

func exitOn(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func serve(decide func(review) response) http.HandlerFunc {
	return func(writer http.ResponseWriter, request *http.Request) {
		var asked review
		var body bytes.Buffer
		if _, err := body.ReadFrom(request.Body); err != nil {
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		if err := json.Unmarshal(body.Bytes(), &asked); err != nil {
			http.Error(writer, err.Error(), http.StatusBadRequest)
			return
		}
		decided := decide(asked)
		decided.UID = asked.Request.UID
		text, err := json.Marshal(answer{"admission.k8s.io/v1", "AdmissionReview", decided})
		if err != nil {
			http.Error(writer, err.Error(), http.StatusInternalServerError)
			return
		}
		writer.Header().Set("Content-Type", "application/json")
		_, _ = writer.Write(text)
	}
}

// Inlines the contents where the Pod has only a name.
func (known knowledge) mutate(asked review) response {
	var patch []operation
	for index, container := range asked.Request.Object.Spec.Containers {
		options := container.SecurityContext.WindowsOptions
		if options.Name == "" || options.Contents != "" {
			continue
		}
		path := fmt.Sprintf("/spec/containers/%d/securityContext/windowsOptions/gmsaCredentialSpec", index)
		patch = append(patch, operation{"add", path, known.Contents[options.Name]})
	}
	if patch == nil {
		return response{Allowed: true}
	}
	text, err := json.Marshal(patch)
	exitOn(err)
	return response{Allowed: true, PatchType: "JSONPatch", Patch: text}
}

// Checks the contents, and that the account is the only one that may use them.
func (known knowledge) validate(asked review) response {
	spec := asked.Request.Object.Spec
	if spec.ServiceAccountName != known.Account {
		return refusal("the account " + spec.ServiceAccountName + " may not use a credential spec")
	}
	for _, container := range spec.Containers {
		options := container.SecurityContext.WindowsOptions
		if options.Name != "" && options.Contents != known.Contents[options.Name] {
			return refusal("other contents than those of " + options.Name)
		}
	}
	return response{Allowed: true}
}

// The prefix lets the bench recognise whose refusal it is.
func refusal(reason string) response {
	return response{Status: &status{http.StatusForbidden, "the limit: " + reason}}
}

// Creates a certificate for this run; returns the key pair to serve with and the PEM to trust.
func selfSigned() (tls.Certificate, string, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(24 * time.Hour),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, "", err
	}
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, string(ca), nil
}
