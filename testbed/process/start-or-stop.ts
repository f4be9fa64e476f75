/** An object that can be stopped at any stage of its start. */
interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Starts it, and stops it if that fails, so that nothing is left running.
 *
 * @throws the error of `start`
 */
export async function startOrStop<Thing extends Stoppable>(
  thing: Thing,
  start: (thing: Thing) => Promise<void>,
): Promise<Thing> {
  try {
    await start(thing);
    return thing;
  } catch (error) {
    await thing.stop();
    throw error;
  }
}
