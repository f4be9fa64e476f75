/** Formats values for people in the Grafana units that the dashboard uses. */

type Format = (value: number) => string;

/** Divisor of a value, and the suffix of the text. */
type Unit = readonly [size: number, name: string];

const KIB = 1024;
const PERCENT: Unit = [0.01, "%"];
/** In ascending order: each unit is for values at least as large as itself. */
const TIMES: readonly Unit[] = [
  [0.001, " ms"],
  [1, " s"],
  [60, " min"],
  [3600, " h"],
  [86_400, " days"],
];
const BYTES: readonly Unit[] = [
  [1, " B"],
  [KIB, " KiB"],
  [KIB ** 2, " MiB"],
  [KIB ** 3, " GiB"],
];

const UNITS: Readonly<Record<string, readonly Unit[]>> = {
  short: [[1, ""]],
  s: TIMES,
  bytes: BYTES,
  percentunit: [PERCENT],
  reqpm: [[1, "/min"]],
  cpm: [[1, "/min"]],
};

/**
 * The formatter for values of a unit.
 *
 * @throws if the unit is unknown.
 */
export function formatOf(unit: string): Format {
  const units = unitsOf(unit);
  return value => {
    const [size, name] = fitting(units, value);
    return value === 0 && units.length > 1 ? "0" : `${digits(value / size)}${name}`;
  };
}

/**
 * Size of the unit in which the largest value is written: multiples of it are round numbers for
 * readers.
 *
 * @throws if the unit is unknown.
 */
export function tickUnit(unit: string, max: number): number {
  return fitting(unitsOf(unit), max)[0];
}

function unitsOf(unit: string): readonly Unit[] {
  const units = UNITS[unit];
  if (units === undefined) throw new Error(`the unit ${unit} is not known`);
  return units;
}

function fitting(units: readonly Unit[], value: number): Unit {
  const reached = units.filter(([size]) => Math.abs(value) >= size);
  return reached.at(-1) ?? units[0] ?? [1, ""];
}

function digits(value: number): string {
  const size = Math.abs(value);
  return String(Number(size >= 100 ? value.toFixed(0) : value.toPrecision(2)));
}
