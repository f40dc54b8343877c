package io.luhproc.kubernetes.access;

import io.luhproc.kubernetes.json.Json;
import java.nio.file.Path;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads YAML, and JSON, which is YAML. */
final class Yaml {
  private static final int MAX_DEPTH = 50;

  private Yaml() {}

  /**
   * Returns the mapping in a file.
   *
   * @throws AccessException if it is none, or is nested more than 50 levels deep; the message has
   *     no part of the text
   */
  static Json parse(String text, Path file) {
    LoadSettings settings = LoadSettings.builder().build();
    try {
      checkDepth(text, settings, file);
      Json root = new Json(new Load(settings).loadFromString(text));
      if (!root.isObject()) {
        throw new AccessException("cannot read " + file + ": it must be a YAML mapping");
      }
      return root;
    } catch (MarkedYamlEngineException e) {
      // No cause: its message quotes the text, which may be secret.
      String line = e.getProblemMark().map(Yaml::line).orElse("");
      throw new AccessException("cannot read " + file + ": it is not YAML" + line);
    } catch (YamlEngineException e) {
      throw new AccessException("cannot read " + file + ": it is not YAML that can be read");
    }
  }

  private static String line(Mark mark) {
    return " in line " + (mark.getLine() + 1);
  }

  /** Checks the depth by the events, because loading is recursive and parsing is not. */
  private static void checkDepth(String text, LoadSettings settings, Path file) {
    int depth = 0;
    ParserImpl events = new ParserImpl(settings, new StreamReader(settings, text));
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > MAX_DEPTH) {
        throw new AccessException(
            "cannot read " + file + ": it is nested more than " + MAX_DEPTH + " levels deep");
      }
    }
  }
}
