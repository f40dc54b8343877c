package io.luhproc.example;

import java.io.PrintWriter;
import java.io.StringWriter;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Prints the status of indexers. */
final class StatusPrinter {
  private final PrintWriter out;

  StatusPrinter(PrintWriter out) {
    this.out = out;
  }

  /** Prints a few lines of text. */
  void printText(IndexStatus status, boolean running) {
    out.println(FolderPaths.replaceControls(status.folder().toString()));
    out.println(
        "  "
            + (running ? "pid " + status.pid() : "no indexer is running")
            + ", "
            + status.files()
            + " files in the index, "
            + status.directories()
            + " directories watched, updated "
            + status.updated());
    out.println("  " + status.progressLine());
    status
        .lastError()
        .ifPresent(error -> out.println("  error: " + FolderPaths.replaceControls(error)));
  }

  /** Prints a JSON object on one line. */
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
      for (Counter counter : Counter.values()) {
        json.writeNumberProperty(counter.key(), status.count(counter));
      }
      status.lastError().ifPresent(error -> json.writeStringProperty("error", error));
      json.writeEndObject();
    }
    out.print(line.append("\n"));
  }
}
