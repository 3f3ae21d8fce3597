// Gradio's answers come over one stream, which its server closes once nothing is pending. An event that joins while the
// closing is still on its way is taken for one of the open stream, and its answer stays on the server until the next event
// happens to open another (gradio 6.31, client/js/src/utils/stream.ts): the page seems to do nothing. Here a stream ends
// for the page only when every event that joined was answered, and an event that joins meanwhile is told so afterwards.
(() => {
  "use strict";

  const send = window.fetch.bind(window);
  const joining = new Set();
  const unanswered = new Set();
  const answeredEarly = new Set();
  const CLOSE = 'data: {"msg": "close_stream"}\n\n';
  const NOTICED_MS = 10000; // a busy page may take seconds; a join that is told too early would be lost again
  let closing = Promise.resolve();

  const join = async (request) => {
    const asked = send(request);
    const known = asked
      .then((answer) => answer.clone().json())
      .then(({ event_id: id }) => {
        if (id && !answeredEarly.delete(id)) unanswered.add(id);
      })
      .catch(() => {}); // a refusal has no id; the page hears of it below
    joining.add(known);
    await known;
    joining.delete(known);
    await closing;
    return asked;
  };

  const cancel = async (request) => {
    const { event_id: id } = await request.clone().json();
    const answer = await send(request);
    unanswered.delete(id);
    return answer;
  };

  // Say whether `part` closes the stream, and note what it answers.
  const closes = (part) => {
    if (!/"(process_completed|close_stream)"/.test(part)) return false;
    const message = JSON.parse(part.slice(part.indexOf("{")));
    if (message.msg === "process_completed" && !unanswered.delete(message.event_id)) answeredEarly.add(message.event_id);
    return message.msg === "close_stream";
  };

  const passOn = async (answer, page) => {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const encoder = new TextEncoder();
    let closed = false;
    for (let rest = ""; ; ) {
      const { done, value } = await reader.read();
      if (done) return closed;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop();
      parts.forEach((part) => {
        if (closes(part)) closed = true;
        else page.enqueue(encoder.encode(`${part}\n\n`));
      });
    }
  };

  // The page answers the end of a stream by aborting its request.
  const noticed = ({ signal }) =>
    new Promise((done) => {
      signal.addEventListener("abort", done, { once: true });
      setTimeout(done, NOTICED_MS);
    });

  const stream = async (request) => {
    const first = await send(request.clone());
    if (!first.ok || !first.body) return first;
    const body = new ReadableStream({
      async start(page) {
        try {
          let closed = await passOn(first, page);
          while (joining.size) await Promise.all(joining);
          while (closed && unanswered.size) {
            closed = await passOn(await send(request.clone()), page);
            while (joining.size) await Promise.all(joining);
          }
          unanswered.clear();
          closing = noticed(request);
          page.enqueue(new TextEncoder().encode(CLOSE));
          page.close();
        } catch (error) {
          page.error(error);
        }
      },
    });
    return new Response(body, { status: first.status, headers: first.headers });
  };

  const ROUTES = { "/queue/join": join, "/cancel": cancel, "/queue/data": stream };
  window.fetch = (input, options) => {
    const url = new URL(input instanceof Request ? input.url : input, document.baseURI);
    const route = Object.keys(ROUTES).find((end) => url.pathname.endsWith(`/gradio_api${end}`));
    return route ? ROUTES[route](new Request(input, options)) : send(input, options);
  };
})();
