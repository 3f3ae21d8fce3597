// Stands in for the page while that is built: asks /health, and reloads once the page is there or there will be none.

const ASK_MS = 250;

const isDecided = async () => {
  try {
    const health = await (await fetch("health", { cache: "no-store" })).json();
    return Boolean(health.page || health.page_error);
  } catch {
    return false;
  }
};

const ask = async () => {
  if (await isDecided()) location.reload();
  else setTimeout(ask, ASK_MS);
};

void ask();
