/** What can be stopped, however far it has come. */
interface Stoppable {
  stop(): Promise<void>;
}

/**
 * Has a thing started, and stops it if that fails: nothing of it is left running then.
 *
 * @throws what `start` throws
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
