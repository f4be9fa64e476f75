import { Option } from "commander";

/**
 * An option that can be given several times, or with several values between commas, as kubectl has
 * it. A variadic one of commander would take what follows as well: in `gmsa grant --service-account
 * shop/web webapp1`, the name of the credspec.
 */
export class RepeatableOption extends Option {
  constructor(flags: string, description: string) {
    super(flags, `${description}; can be given several times`);
    this.argParser((value: string, before: string[] | undefined) => [
      ...(before ?? []),
      ...value.split(","),
    ]);
  }
}
