package io.luhproc.daemon.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads YAML 1.2 into {@link ConfigNode}s. */
final class YamlReader {
  // A key of YAML 1.1 that is still common.
  private static final String MERGE_KEY = "<<";
  private static final int MAX_DEPTH = 32;
  // Aliases make a small file large.
  private static final int MAX_NODES = 100_000;

  private final Path file;
  private final Problems problems;
  private int nodes;

  private YamlReader(Path file, Problems problems) {
    this.file = file;
    this.problems = problems;
  }

  /** Returns the mapping of a file; empty if problems were reported. */
  static Optional<ConfigNode.Table> read(Path file, Problems problems) {
    return SourceFile.read(file, problems)
        .flatMap(text -> new YamlReader(file, problems).parse(text));
  }

  private Optional<ConfigNode.Table> parse(String text) {
    LoadSettings settings = LoadSettings.builder().build();
    try {
      if (isTooDeep(text, settings)) {
        return Optional.empty();
      }
      Optional<Node> root = new Composer(settings, parser(text, settings)).getSingleNode();
      if (root.isPresent() && node(root.get()) instanceof ConfigNode.Table table) {
        return Optional.of(table);
      }
      problems.error(Location.of(file), "the file must be a YAML mapping");
    } catch (MarkedYamlEngineException e) {
      Location at = e.getProblemMark().map(this::location).orElse(Location.of(file));
      problems.error(at, e.getProblem());
    } catch (YamlEngineException e) {
      problems.error(Location.of(file), String.valueOf(e.getMessage()));
    }
    return Optional.empty();
  }

  /** Checks the depth by the events, because composing is recursive and parsing is not. */
  private boolean isTooDeep(String text, LoadSettings settings) {
    int depth = 0;
    ParserImpl events = parser(text, settings);
    while (events.hasNext()) {
      Event event = events.next();
      switch (event.getEventId()) {
        case MappingStart, SequenceStart -> depth++;
        case MappingEnd, SequenceEnd -> depth--;
        default -> {}
      }
      if (depth > MAX_DEPTH) {
        Location at = event.getStartMark().map(this::location).orElse(Location.of(file));
        problems.error(at, "values are nested more than " + MAX_DEPTH + " levels deep");
        return true;
      }
    }
    return false;
  }

  /** The API with fewer classes is in a package that the module does not export. */
  private static ParserImpl parser(String text, LoadSettings settings) {
    return new ParserImpl(settings, new StreamReader(settings, text));
  }

  private Location location(Mark mark) {
    return new Location(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private Location location(Node node) {
    return node.getStartMark().map(this::location).orElse(Location.of(file));
  }

  private ConfigNode node(Node node) {
    if (++nodes > MAX_NODES) {
      throw new YamlEngineException("the file has too many values; use fewer aliases");
    }
    if (node instanceof MappingNode mapping) {
      Map<String, ConfigNode> entries = new LinkedHashMap<>();
      List<ConfigNode> merged = new ArrayList<>();
      for (NodeTuple tuple : mapping.getValue()) {
        if (tuple.getKeyNode() instanceof ScalarNode key && key.getValue().equals(MERGE_KEY)) {
          merged.add(node(tuple.getValueNode()));
        } else if (tuple.getKeyNode() instanceof ScalarNode key) {
          ConfigNode value = withLocation(node(tuple.getValueNode()), location(key));
          if (entries.putIfAbsent(key.getValue(), value) != null) {
            problems.error(location(key), "key " + key.getValue() + " is already defined");
          }
        } else {
          problems.error(location(tuple.getKeyNode()), "a key must be a string");
        }
      }
      merged.forEach(it -> merge(it, entries));
      return new ConfigNode.Table(location(node), entries);
    }
    if (node instanceof SequenceNode sequence) {
      List<ConfigNode> elements = new ArrayList<>();
      sequence.getValue().forEach(element -> elements.add(node(element)));
      return new ConfigNode.Array(location(node), elements);
    }
    return new ConfigNode.Scalar(location(node), scalar((ScalarNode) node));
  }

  /** Adds the entries of a table, or of an array of tables, that are missing. */
  private void merge(ConfigNode merged, Map<String, ConfigNode> entries) {
    if (merged instanceof ConfigNode.Table table) {
      table.entries().forEach(entries::putIfAbsent);
    } else if (merged instanceof ConfigNode.Array array) {
      array.elements().forEach(it -> merge(it, entries));
    } else {
      problems.error(merged.location(), "the value of << must be a mapping");
    }
  }

  private static ConfigNode withLocation(ConfigNode node, Location key) {
    if (node instanceof ConfigNode.Table table) {
      return new ConfigNode.Table(key, table.entries());
    }
    if (node instanceof ConfigNode.Array array) {
      return new ConfigNode.Array(key, array.elements());
    }
    return new ConfigNode.Scalar(key, ((ConfigNode.Scalar) node).value());
  }

  private static Object scalar(ScalarNode node) {
    String text = node.getValue();
    try {
      if (node.getTag().equals(Tag.INT)) {
        return Long.valueOf(text);
      }
      if (node.getTag().equals(Tag.FLOAT)) {
        return Double.valueOf(text);
      }
    } catch (NumberFormatException e) {
      return text;
    }
    return node.getTag().equals(Tag.BOOL) ? (Object) Boolean.valueOf(text) : text;
  }
}
