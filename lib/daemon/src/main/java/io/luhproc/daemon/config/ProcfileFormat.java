package io.luhproc.daemon.config;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The format of a Procfile: {@code name: command} on each line. */
final class ProcfileFormat {
  private static final Pattern LINE = Pattern.compile("^([A-Za-z0-9_-]+):\\s*(.*\\S)\\s*$");

  private final ConfigBuilder config;

  ProcfileFormat(ConfigBuilder config) {
    this.config = config;
  }

  void read(Path file) {
    Optional<String> text = SourceFile.read(file, config.problems());
    List<String> lines = text.map(it -> it.lines().toList()).orElse(List.of());
    Map<String, ConfigNode> services = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank() && !line.startsWith("#")) {
        readLine(line, new Location(file, i + 1, 1), services);
      }
    }
    config.show("services", new ConfigNode.Table(Location.of(file), services));
  }

  private void readLine(String line, Location location, Map<String, ConfigNode> services) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      config.problems().error(location, "the line is not of the form name: command");
      return;
    }
    String name = matcher.group(1);
    if (!config.claim(name, location)) {
      return;
    }
    String command = Interpolation.escape(matcher.group(2));
    services.put(
        name,
        new ConfigNode.Table(
            location, Map.of("command", new ConfigNode.Scalar(location, command))));
    try {
      Path folder = location.file().toAbsolutePath().resolveSibling("").normalize();
      config.add(
          ServiceSpec.named(name)
              .directory(folder)
              .process(ProcessSpec.shell(name, matcher.group(2)))
              .build());
    } catch (IllegalArgumentException e) {
      config.problems().error(location, String.valueOf(e.getMessage()));
    }
  }
}
