package io.luhproc.daemon.config;

import io.luhproc.service.ServiceSpec;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The format of luhproc: {@code [supervisor]}, {@code [shipping]}, {@code [services.NAME]}, {@code
 * [templates.NAME]} and {@code include}.
 *
 * <p>A service or template with {@code extends = "NAME"} takes the keys of a template that it does
 * not have itself. Tables are merged key by key; other values replace those of the template.
 */
final class LuhprocFormat {
  private final ConfigBuilder config;
  private final Set<Path> read = new LinkedHashSet<>();
  private final Map<String, ConfigNode.Table> services = new LinkedHashMap<>();
  private final Map<String, ConfigNode.Table> templates = new LinkedHashMap<>();

  LuhprocFormat(ConfigBuilder config) {
    this.config = config;
  }

  void read(Path file, ConfigNode.Table root) {
    collect(file, root);
    Map<String, ConfigNode> merged = new LinkedHashMap<>();
    for (Map.Entry<String, ConfigNode.Table> entry : services.entrySet()) {
      Optional<ConfigNode.Table> service = extend(entry.getValue(), new LinkedHashSet<>());
      if (service.isPresent()) {
        readService(entry.getKey(), service.get());
        merged.put(entry.getKey(), without("extends", service.get()));
      }
    }
    config.show("services", new ConfigNode.Table(root.location(), merged));
  }

  /** Collects the tables of a file and of the files that it includes. */
  private void collect(Path file, ConfigNode.Table root) {
    if (!read.add(file.toAbsolutePath().normalize())) {
      return;
    }
    TableReader reader = new TableReader(root, "", config.context());
    if (read.size() == 1) {
      reader.table("supervisor").ifPresent(this::readSupervisor);
      reader.table("shipping").ifPresent(this::readShipping);
    }
    reader.table("services").ifPresent(this::collectServices);
    reader.table("templates").ifPresent(it -> collectTables(it, templates));
    for (String pattern : reader.strings("include").orElse(List.of())) {
      include(reader, file.toAbsolutePath(), pattern);
    }
    reader.reportUnknownKeys();
  }

  private void readSupervisor(TableReader supervisor) {
    config.show("supervisor", supervisor.node());
    config.readSupervisor(supervisor);
    supervisor.reportUnknownKeys();
  }

  private void readShipping(TableReader shipping) {
    config.show("shipping", shipping.node());
    config.readShipping(shipping);
  }

  private void collectServices(TableReader tables) {
    for (String name : tables.keys()) {
      Optional<TableReader> service = tables.table(name);
      if (service.isPresent() && config.claim(name, service.get().location())) {
        services.put(name, service.get().node());
      }
    }
  }

  private void collectTables(TableReader tables, Map<String, ConfigNode.Table> target) {
    for (String name : tables.keys()) {
      Optional<TableReader> table = tables.table(name);
      if (table.isPresent() && target.putIfAbsent(name, table.get().node()) != null) {
        tables.error(name, "template " + name + " is already defined");
      }
    }
  }

  // Includes.

  private void include(TableReader reader, Path file, String pattern) {
    Path target = file.resolveSibling(pattern).normalize();
    String glob = String.valueOf(target.getFileName());
    boolean isGlob = glob.matches(".*[*?\\[{].*");
    List<Path> files = isGlob ? list(reader, target, glob) : List.of(target);
    for (Path included : files) {
      Optional<ConfigNode.Table> table = TomlReader.read(included, config.problems());
      if (table.isPresent()) {
        collect(included, table.get());
      }
    }
  }

  private static List<Path> list(TableReader reader, Path target, String glob) {
    List<Path> files = new ArrayList<>();
    Path folder = target.resolveSibling("");
    if (!Files.isDirectory(folder)) {
      return files;
    }
    try (DirectoryStream<Path> matches = Files.newDirectoryStream(folder, glob)) {
      matches.forEach(files::add);
    } catch (IOException | RuntimeException e) {
      reader.error("include", "include: cannot list " + target + ": " + e);
    }
    files.sort(null);
    return files;
  }

  // Services.

  private void readService(String name, ConfigNode.Table table) {
    TableReader reader = new TableReader(table, "services." + name, config.context());
    Optional<String> ignored = reader.string("extends");
    for (String group : reader.strings("groups").orElse(List.of())) {
      config.addToGroup(group, name);
    }
    Optional<ServiceSpec> service = new ServiceSection(reader, name).read();
    service.ifPresent(config::add);
  }

  /** Returns a table with the keys of the templates that it extends; empty after a problem. */
  private Optional<ConfigNode.Table> extend(ConfigNode.Table table, Set<String> seen) {
    ConfigNode node = table.entries().get("extends");
    if (!(node instanceof ConfigNode.Scalar scalar) || !(scalar.value() instanceof String name)) {
      // A wrong type is reported when the service is read.
      return Optional.of(table);
    }
    ConfigNode.Table template = templates.get(name);
    if (template == null) {
      String hint =
          NearestName.question(name, templates.keySet())
              .orElse("; define [templates." + name + "]");
      config.problems().error(node.location(), "template " + name + " does not exist" + hint);
      return Optional.empty();
    }
    if (!seen.add(name)) {
      config
          .problems()
          .error(node.location(), "templates extend each other: " + String.join(" -> ", seen));
      return Optional.empty();
    }
    return extend(template, seen).map(base -> merge(base, table));
  }

  private static ConfigNode.Table without(String key, ConfigNode.Table table) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>(table.entries());
    entries.remove(key);
    return new ConfigNode.Table(table.location(), entries);
  }

  private static ConfigNode.Table merge(ConfigNode.Table base, ConfigNode.Table table) {
    Map<String, ConfigNode> entries = new LinkedHashMap<>(base.entries());
    for (Map.Entry<String, ConfigNode> entry : table.entries().entrySet()) {
      ConfigNode inherited = entries.get(entry.getKey());
      ConfigNode value = entry.getValue();
      if (inherited instanceof ConfigNode.Table inheritedTable
          && value instanceof ConfigNode.Table ownTable) {
        value = merge(inheritedTable, ownTable);
      }
      entries.put(entry.getKey(), value);
    }
    return new ConfigNode.Table(table.location(), entries);
  }
}
