"""Results to text, JSON, Markdown, Mermaid, SARIF, JUnit, HTML and SVG."""
