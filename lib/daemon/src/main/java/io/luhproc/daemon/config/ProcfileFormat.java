package io.luhproc.daemon.config;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import java.nio.file.Path;
import java.util.List;
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
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank() && !line.startsWith("#")) {
        readLine(line, new Location(file, i + 1, 1));
      }
    }
  }

  private void readLine(String line, Location location) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      config.problems().error(location, "the line is not of the form name: command");
      return;
    }
    String name = matcher.group(1);
    if (!config.claim(name, location)) {
      return;
    }
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
