// Parses Mermaid sources with the real package, as a code host would: one JSON list of texts on stdin, one of verdicts on stdout
// (`null` when the text is a diagram, otherwise what Mermaid says against it).
import { JSDOM } from "jsdom";

const { window } = new JSDOM("<!doctype html><body></body>");
Object.assign(globalThis, { window, document: window.document });
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

let input = "";
for await (const piece of process.stdin) input += piece;
const verdicts = [];
for (const text of JSON.parse(input)) {
  try {
    const { diagramType } = await mermaid.parse(text);
    const diagram = await mermaid.mermaidAPI.getDiagramFromText(text);
    const vertices = diagram.db.getVertices?.() ?? new Map();
    verdicts.push({ type: diagramType, labels: [...vertices.values()].map((vertex) => vertex.text), edges: diagram.db.getEdges?.().length });
  } catch (error) {
    verdicts.push({ error: String(error.message ?? error) });
  }
}
console.log(JSON.stringify(verdicts));
