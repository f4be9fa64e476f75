/** Values of command line options. */
import { InvalidArgumentError } from "commander";

/** @throws InvalidArgumentError unless it is a number greater than 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("It must be greater than 0.");
  return value;
}

/** @throws InvalidArgumentError unless it is a whole number greater than 0. */
export function wholeNumber(text: string): number {
  const value = positive(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

/** @throws InvalidArgumentError unless they are whole numbers greater than 0, with commas between. */
export function wholeNumbers(text: string): number[] {
  return text.split(",").map(wholeNumber);
}
