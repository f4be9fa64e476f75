/** Generates files from the shapes of the values: values.yaml, its schema, and a table. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Document, isMap, isScalar, parse, type YAMLMap } from "yaml";
import * as z from "zod";

import { valuesSchema, type Values } from "./values";

/** The fields of a JSON schema that are read here. */
interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
}

function jsonSchema(): Schema {
  // Helm before 3.18 does not support newer drafts.
  return z.toJSONSchema(valuesSchema, { target: "draft-7" }) as Schema;
}

/** Contents of values.schema.json. */
export function valuesSchemaFile(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
}

/** Contents of values.yaml, with the descriptions as comments. */
export function valuesFile(values: Values): string {
  const document = new Document(values, { version: "1.1" });
  explain(document.contents as unknown as YAMLMap, jsonSchema());
  return document.toString({ lineWidth: 0, directives: false });
}

function explain(map: YAMLMap, { properties = {} }: Schema): void {
  for (const { key, value } of map.items) {
    if (!isScalar(key)) continue;
    const schema = properties[String(key.value)] ?? {};
    if (schema.description !== undefined) key.commentBefore = ` ${schema.description}`;
    if (isMap(value) && schema.description === undefined) explain(value, schema);
  }
}

/** A value of the chart. */
export interface ValueRow {
  /** Such as "image.tag". */
  path: string;
  /** As JSON. */
  default: string;
  description: string;
}

/** All values of a written chart, in the order of its values.yaml. */
export function valueTable(chart: string): ValueRow[] {
  const values = parse(readFileSync(join(chart, "values.yaml"), "utf8"), {
    version: "1.1",
  }) as Values;
  return rowsOf(values, jsonSchema(), "");
}

function rowsOf(values: Record<string, unknown>, schema: Schema, prefix: string): ValueRow[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, property]) => {
    const path = `${prefix}${key}`;
    const value = values[key];
    if (property.description !== undefined) {
      return [{ path, default: JSON.stringify(value), description: property.description }];
    }
    return rowsOf((value ?? {}) as Record<string, unknown>, property, `${path}.`);
  });
}
