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
  private static final Pattern PORT = Pattern.compile("\\$(PORT\\b|\\{PORT[:}])");

  private final ConfigBuilder config;

  ProcfileFormat(ConfigBuilder config) {
    this.config = config;
  }

  void read(Path file) {
    Optional<String> text = SourceFile.read(file, config.problems());
    List<String> lines = text.map(it -> it.lines().toList()).orElse(List.of());
    Map<String, ConfigNode> services = new LinkedHashMap<>();
    Optional<Path> dotEnv = config.useDotEnv(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isBlank() && !line.startsWith("#")) {
        readLine(line, new Location(file, i + 1, 1), dotEnv, services);
      }
    }
    config.show("services", new ConfigNode.Table(Location.of(file), services));
  }

  private void readLine(
      String line, Location location, Optional<Path> dotEnv, Map<String, ConfigNode> services) {
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
      ProcessSpec.Builder process = ProcessSpec.shell(name, matcher.group(2));
      dotEnv.ifPresent(process::envFile);
      warnOfPort(name, matcher.group(2), location);
      config.add(ServiceSpec.named(name).directory(folder).process(process).build());
    } catch (IllegalArgumentException e) {
      config.problems().error(location, String.valueOf(e.getMessage()));
    }
  }

  private void warnOfPort(String name, String command, Location location) {
    boolean isSet = config.context().interpolation().environment().containsKey("PORT");
    if (!isSet && PORT.matcher(command).find()) {
      config
          .problems()
          .warn(
              location,
              "PORT of "
                  + name
                  + " is not set: other programs set 5000, 5100 and so on; set it in"
                  + " .env or in the command");
    }
  }
}
