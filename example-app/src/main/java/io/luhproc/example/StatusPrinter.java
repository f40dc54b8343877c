package io.luhproc.example;

import java.io.PrintWriter;
import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Prints how far indexers are. */
final class StatusPrinter {
  private final PrintWriter out;

  StatusPrinter(PrintWriter out) {
    this.out = out;
  }

  /** Prints some lines for people. */
  void table(IndexStatus status, boolean runs) {
    out.println(Folders.visible(status.folder().toString()));
    out.println(
        "  "
            + (runs ? "pid " + status.pid() : "no indexer runs")
            + ", "
            + status.files()
            + " files in the index, "
            + status.directories()
            + " directories watched, told "
            + status.updated());
    out.println("  " + status.progress());
    status.lastError().ifPresent(error -> out.println("  error: " + Folders.visible(error)));
  }

  /** Prints one object in one line. */
  void json(IndexStatus status, boolean runs) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), line)) {
      json.writeStartObject();
      json.writeStringProperty("folder", status.folder().toString());
      json.writeBooleanProperty("running", runs);
      json.writeNumberProperty("pid", status.pid());
      json.writeStringProperty("phase", status.phase().key());
      json.writeStringProperty("started", status.started().toString());
      json.writeStringProperty("updated", status.updated().toString());
      json.writeNumberProperty("indexingSeconds", status.indexing().toMillis() / 1e3);
      json.writeNumberProperty("filesPerSecond", status.filesPerSecond());
      json.writeNumberProperty("files", status.files());
      json.writeNumberProperty("directories", status.directories());
      for (Count count : Count.values()) {
        json.writeNumberProperty(count.key(), status.count(count));
      }
      status.lastError().ifPresent(error -> json.writeStringProperty("error", error));
      json.writeEndObject();
    }
    out.print(line.append("\n"));
  }
}
