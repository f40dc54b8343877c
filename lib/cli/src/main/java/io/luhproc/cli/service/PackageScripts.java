package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Makes services of the scripts of a package.json that keep running, by their names: {@code start},
 * {@code dev}, {@code worker} and so on. Other scripts are named in a note.
 */
final class PackageScripts {
  private static final long MAX_BYTES = 1 << 20;
  private static final Pattern LONG_RUNNING =
      Pattern.compile(
          "(?s)(start|serve|server|dev|develop|web|api|worker|watch|scheduler|queue|cron)([:.-].*)?");
  // What a developer runs instead of start.
  private static final Pattern DEVELOPMENT = Pattern.compile("(?s)(dev|develop|watch)([:.-].*)?");
  // Run before and after others by the package manager.
  private static final Set<String> LIFE_CYCLE = Set.of("prestart", "poststart", "preserve");
  private static final Pattern INVALID = Pattern.compile("[^A-Za-z0-9._@-]+");
  private static final int MAX_NAME = 64;

  private PackageScripts() {}

  /**
   * Reads a package.json.
   *
   * @throws LuhprocException if it cannot be read
   */
  static FirstConfig read(Path file) {
    Map<?, ?> root = parse(file);
    Map<?, ?> scripts = root.get("scripts") instanceof Map<?, ?> table ? table : Map.of();
    String runner = packageManager(file, root);
    List<String> others = new ArrayList<>();
    StringBuilder body = new StringBuilder();
    Set<String> names = new LinkedHashSet<>();
    for (Object key : scripts.keySet()) {
      String script = String.valueOf(key);
      String name = serviceName(script, root);
      if (LONG_RUNNING.matcher(script).matches() && !name.isEmpty() && names.add(name)) {
        boolean isAlternative =
            DEVELOPMENT.matcher(script).matches() && scripts.containsKey("start");
        append(name, List.of(runner, "run", script), isAlternative, body);
      } else if (!LIFE_CYCLE.contains(script)) {
        others.add(script);
      }
    }
    List<String> notes = new ArrayList<>();
    if (!others.isEmpty()) {
      notes.add("scripts that are not taken over: " + String.join(", ", others));
    }
    if (body.isEmpty()) {
      notes.add("no script of package.json has a name such as start, dev or worker");
      body.append(FirstConfig.example().body());
    }
    return new FirstConfig("package.json", notes, body.toString());
  }

  private static Map<?, ?> parse(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new LuhprocException("cannot read " + file + ": it is larger than 1 MiB");
      }
      if (parse(file, Files.readString(file)) instanceof Map<?, ?> root) {
        return root;
      }
      throw new LuhprocException("cannot read " + file + ": it is no JSON object");
    } catch (IOException e) {
      throw new LuhprocException("cannot read " + file + ": " + e, e);
    }
  }

  private static Object parse(Path file, String text) {
    try {
      return Json.parse(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (LuhprocException e) {
      throw new LuhprocException("cannot read " + file + ": it is no JSON", e);
    }
  }

  /** Returns the program that the property {@code packageManager} or a lock file names. */
  private static String packageManager(Path file, Map<?, ?> root) {
    String named = String.valueOf(root.get("packageManager"));
    Map<String, String> lockFiles =
        Map.of("pnpm", "pnpm-lock.yaml", "yarn", "yarn.lock", "bun", "bun.lock");
    for (String manager : List.of("pnpm", "yarn", "bun")) {
      String lockFile = lockFiles.getOrDefault(manager, "");
      if (named.startsWith(manager + "@") || Files.exists(file.resolveSibling(lockFile))) {
        return manager;
      }
    }
    return "npm";
  }

  /** Returns a valid name: of the package for {@code start}, else of the script. */
  private static String serviceName(String script, Map<?, ?> root) {
    String name = script;
    if (script.equals("start")) {
      String ofPackage = root.get("name") instanceof String text ? text : "";
      name = ofPackage.substring(ofPackage.indexOf('/') + 1);
      name = name.isEmpty() ? "app" : name;
    }
    String valid = INVALID.matcher(name).replaceAll("-").replaceFirst("^[._@-]+", "");
    return valid.length() > MAX_NAME ? valid.substring(0, MAX_NAME) : valid;
  }

  private static void append(
      String name, List<String> command, boolean isAlternative, StringBuilder body) {
    body.append(body.isEmpty() ? "" : "\n");
    body.append("[services.").append(FirstConfig.quote(name)).append("]\n");
    body.append("command = ").append(FirstConfig.quote(command)).append('\n');
    if (isAlternative) {
      body.append("autostart = false # instead of the script start\n");
    }
  }
}
