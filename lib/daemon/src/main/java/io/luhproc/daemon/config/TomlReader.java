package io.luhproc.daemon.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Reads TOML into {@link ConfigNode}s. The parser limits the depth of nesting to 128. */
final class TomlReader {
  private final Path file;
  private final Problems problems;

  private TomlReader(Path file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Returns the top-level table of a file; empty if problems were reported. */
  static Optional<ConfigNode.Table> read(Path file, Problems problems) {
    return SourceFile.read(file, problems)
        .flatMap(text -> new TomlReader(file, problems).parse(text));
  }

  private Optional<ConfigNode.Table> parse(String text) {
    TomlParseResult result = Toml.parse(text);
    for (TomlParseError error : result.errors()) {
      problems.error(location(error.position()), firstLine(String.valueOf(error.getMessage())));
    }
    return result.hasErrors()
        ? Optional.empty()
        : Optional.of(table(result, new Location(file, 1, 1)));
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("invalid TOML");
  }

  private Location location(TomlPosition position) {
    return new Location(file, position.line(), position.column());
  }

  private ConfigNode.Table table(TomlTable table, Location location) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : table.entrySet()) {
      TomlPosition position = table.inputPositionOf(List.of(entry.getKey()));
      Location at = position == null ? location : location(position);
      entries.put(entry.getKey(), node(entry.getValue(), at));
    }
    return new ConfigNode.Table(location, entries);
  }

  private ConfigNode node(Object value, Location location) {
    if (value instanceof TomlTable table) {
      return table(table, location);
    }
    if (value instanceof TomlArray array) {
      List<ConfigNode> elements = new ArrayList<>();
      for (int i = 0; i < array.size(); i++) {
        elements.add(node(array.get(i), location(array.inputPositionOf(i))));
      }
      return new ConfigNode.Array(location, elements);
    }
    return new ConfigNode.Scalar(location, value);
  }
}
