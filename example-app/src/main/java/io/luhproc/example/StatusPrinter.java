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
  void printText(IndexStatus status, boolean running) {
    out.println(FolderPaths.replaceControls(status.folder().toString()));
    out.println(
        "  "
            + (running ? "pid " + status.pid() : "no indexer runs")
            + ", "
            + status.files()
            + " files in the index, "
            + status.directories()
            + " directories watched, told "
            + status.updated());
    out.println("  " + status.progressLine());
    status
        .lastError()
        .ifPresent(error -> out.println("  error: " + FolderPaths.replaceControls(error)));
  }

  /** Prints one object in one line. */
  void printJson(IndexStatus status, boolean running) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), line)) {
      json.writeStartObject();
      json.writeStringProperty("folder", status.folder().toString());
      json.writeBooleanProperty("running", running);
      json.writeNumberProperty("pid", status.pid());
      json.writeStringProperty("phase", status.phase().key());
      json.writeStringProperty("started", status.started().toString());
      json.writeStringProperty("updated", status.updated().toString());
      json.writeNumberProperty("indexingSeconds", status.indexingTime().toMillis() / 1e3);
      json.writeNumberProperty("filesPerSecond", status.filesPerSecond());
      json.writeNumberProperty("files", status.files());
      json.writeNumberProperty("directories", status.directories());
      for (Counter count : Counter.values()) {
        json.writeNumberProperty(count.key(), status.count(count));
      }
      status.lastError().ifPresent(error -> json.writeStringProperty("error", error));
      json.writeEndObject();
    }
    out.print(line.append("\n"));
  }
}
