package io.luhproc.example;

import io.luhproc.cli.Console;
import java.io.StringWriter;
import java.nio.file.Path;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Prints hits. Text output shows files under the working directory relative to it. */
final class HitPrinter {
  private static final String MAGENTA = "35";
  private static final String GREEN = "32";
  private static final String BOLD_RED = "1;31";

  private final Console console;
  private final String workingDirectory = Path.of("").toAbsolutePath() + "/";

  HitPrinter(Console console) {
    this.console = console;
  }

  /** Prints file, line number and snippet as one line of text. */
  void printText(Hit hit) {
    boolean isBelow = hit.file().startsWith(workingDirectory);
    String file = isBelow ? hit.file().substring(workingDirectory.length()) : hit.file();
    Snippet snippet = hit.snippet();
    StringBuilder line = new StringBuilder();
    line.append(console.colour(MAGENTA, FolderPaths.replaceControls(file))).append(':');
    if (snippet.line() > 0) {
      line.append(console.colour(GREEN, Integer.toString(snippet.line()))).append(": ");
      line.append(snippet.highlight(found -> console.colour(BOLD_RED, found)));
    }
    console.out().print(line.append('\n'));
  }

  /** Prints a JSON object on one line; the marks are the matches in the snippet, in chars. */
  void printJson(Hit hit) {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), line)) {
      json.writeStartObject();
      json.writeStringProperty("file", hit.file());
      json.writeNumberProperty("line", hit.snippet().line());
      json.writeStringProperty("snippet", hit.snippet().text());
      json.writeArrayPropertyStart("marks");
      for (TextRange mark : hit.snippet().highlights()) {
        json.writeArray(new int[] {mark.start(), mark.end()}, 0, 2);
      }
      json.writeEndArray();
      json.writeNumberProperty("score", hit.score());
      json.writeEndObject();
    }
    console.out().print(line.append("\n"));
  }
}
