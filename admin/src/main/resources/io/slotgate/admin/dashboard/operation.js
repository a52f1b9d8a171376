// Follows an operation until it ends, and says what came of it.

const LOOK_MILLIS = 300;
const LONGEST_MILLIS = 120_000;

export async function watchOperation(app, operation) {
  app.notices.tell(`${describe(operation)}: begun.`);
  const begun = Date.now();
  let seen = operation;
  while (seen.state === 'running' && Date.now() - begun < LONGEST_MILLIS) {
    app.store.set('operation', seen);
    await new Promise(resolve => setTimeout(resolve, LOOK_MILLIS));
    try {
      seen = await app.api.get(`/operations/${encodeURIComponent(operation.id)}`);
    } catch (problem) {
      if (problem.status === 404 || problem.status === 401) {
        break;
      }
      // It goes on whether we see it or not.
    }
  }
  app.store.set('operation', seen);
  if (seen.state !== 'running') {
    app.notices.tell(`${describe(seen)}: ${seen.state}. ${seen.outcome ?? ''}`, seen.state === 'done' ? 'ok' : 'bad');
  }
}

export function describe(operation) {
  const kind = operation.kind.charAt(0).toUpperCase() + operation.kind.slice(1);
  return `${kind} of ${operation.target.replace(/[0-9a-f]{40}/g, id => id.slice(0, 8))}`;
}
