package io.luhproc.directory;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The form of {@code process.properties}: a file that {@link Properties#load} reads, in ASCII.
 *
 * <pre>
 * format=1                   first line; another number is not read
 * app=docsearch              only where the app has a name
 * task=INDEXER
 * id=main
 * program=com.example.Main
 * launch=3w5e11264sgsf
 * started=2026-11-20T15:30:00.123456Z
 * boot=…                     /proc/sys/kernel/random/boot_id    } all three or none:
 * pid=39241                                                     } none while it is
 * startTicks=123456          field 22 of /proc/PID/stat         } being launched
 * running=…, ready=…         when the task began, and said that it is ready
 * directory=/srv/app         working directory
 * command.0=…                the whole command; likewise jvmOption.0, argument.0, environment.0
 *                            (names of variables, never values)
 * version.luhproc=…          versions of luhproc and Java that wrote this
 * version.java=…
 * end.time=…                 only when its end was seen; end.reason beside it, and
 * end.exitCode=…             end.exitCode, end.signal, end.failure where known
 * complete=true              last line; a file without it was cut off and is not believed
 * </pre>
 *
 * <p>It is written under a temporary name and renamed into place. Unknown keys are ignored.
 */
final class DescriptionFormat {
  private static final String FORMAT = "1";
  private static final String VERSION = "0.1.0";

  private DescriptionFormat() {}

  static byte[] write(Description description) {
    Lines lines = new Lines();
    lines.put("format", FORMAT);
    lines.putIfPresent("app", description.key().app());
    lines.put("task", description.key().task());
    lines.put("id", description.key().id());
    lines.put("program", description.program());
    lines.put("launch", description.launch());
    lines.put("started", description.started());
    if (description.identity().isPresent()) {
      putIdentity(lines, description.identity().get());
    }
    lines.putIfPresent("running", description.running());
    lines.putIfPresent("ready", description.ready());
    putCommand(lines, description.command());
    lines.put("version.luhproc", VERSION);
    lines.put("version.java", System.getProperty("java.runtime.version", "unknown"));
    if (description.end().isPresent()) {
      putEnd(lines, description.end().get());
    }
    lines.put("complete", "true");
    return lines.bytes();
  }

  private static void putIdentity(Lines lines, ProcessIdentity who) {
    lines.put("boot", who.bootId());
    lines.put("pid", who.pid());
    lines.put("startTicks", who.startTicks());
  }

  private static void putCommand(Lines lines, LaunchedCommand command) {
    lines.put("directory", command.directory());
    lines.putAll("command", command.argv());
    lines.putAll("jvmOption", command.jvmOptions());
    lines.putAll("argument", command.arguments());
    lines.putAll("environment", command.environmentNames());
  }

  private static void putEnd(Lines lines, ProcessEnd end) {
    lines.put("end.time", end.time());
    if (end.exitCode().isPresent()) {
      lines.put("end.exitCode", end.exitCode().getAsInt());
    }
    lines.putIfPresent("end.signal", end.signal());
    lines.putIfPresent("end.failure", end.failure());
    lines.put("end.reason", end.reason());
  }

  /** Returns the description; empty when the bytes are cut off, damaged, or of another format. */
  static Optional<Description> read(byte[] bytes) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(new String(bytes, StandardCharsets.ISO_8859_1)));
      Fields fields = new Fields(properties);
      boolean whole =
          FORMAT.equals(fields.find("format")) && "true".equals(fields.find("complete"));
      return whole ? Optional.of(description(fields)) : Optional.empty();
    } catch (IOException | IllegalArgumentException | DateTimeException expected) {
      // Whatever is wrong with it, the caller treats it as no description and says so.
      return Optional.empty();
    }
  }

  private static Description description(Fields fields) {
    return new Description(
        new ProcessKey(
            Optional.ofNullable(fields.find("app")), fields.get("task"), fields.get("id")),
        fields.get("program"),
        fields.get("launch"),
        InstantText.parse(fields.get("started")),
        fields.find("pid") == null ? Optional.empty() : Optional.of(identity(fields)),
        command(fields),
        fields.findInstant("running"),
        fields.findInstant("ready"),
        fields.find("end.time") == null ? Optional.empty() : Optional.of(end(fields)));
  }

  private static ProcessIdentity identity(Fields fields) {
    return new ProcessIdentity(
        Long.parseLong(fields.get("pid")),
        Long.parseLong(fields.get("startTicks")),
        fields.get("boot"));
  }

  private static LaunchedCommand command(Fields fields) {
    return new LaunchedCommand(
        fields.all("command"),
        fields.all("jvmOption"),
        fields.all("argument"),
        Path.of(fields.get("directory")),
        fields.all("environment"));
  }

  private static ProcessEnd end(Fields fields) {
    String code = fields.find("end.exitCode");
    return new ProcessEnd(
        InstantText.parse(fields.get("end.time")),
        code == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(code)),
        Optional.ofNullable(fields.find("end.signal")).map(Signal::valueOf),
        Optional.ofNullable(fields.find("end.failure")),
        fields.get("end.reason"));
  }

  /** Looks values up. */
  private record Fields(Properties properties) {
    @Nullable String find(String name) {
      return properties.getProperty(name);
    }

    Optional<Instant> findInstant(String name) {
      String text = find(name);
      return text == null ? Optional.empty() : Optional.of(InstantText.parse(text));
    }

    String get(String name) {
      String value = find(name);
      if (value == null) {
        throw new IllegalArgumentException("there is no " + name);
      }
      return value;
    }

    List<String> all(String name) {
      List<String> values = new ArrayList<>();
      for (String value = find(name + ".0"); value != null; ) {
        values.add(value);
        value = find(name + '.' + values.size());
      }
      return values;
    }
  }

  /** Writes in a fixed order what {@link Properties#load} reads; {@code store} has no order. */
  private static final class Lines {
    private final StringBuilder text = new StringBuilder(1024);

    void put(String name, Object value) {
      text.append(name).append('=');
      String plain = value instanceof Instant time ? InstantText.text(time) : value.toString();
      for (int i = 0; i < plain.length(); i++) {
        append(plain.charAt(i), i == 0);
      }
      text.append('\n');
    }

    void putIfPresent(String name, Optional<?> value) {
      if (value.isPresent()) {
        put(name, value.get());
      }
    }

    void putAll(String name, List<String> values) {
      for (int i = 0; i < values.size(); i++) {
        put(name + '.' + i, values.get(i));
      }
    }

    private void append(char c, boolean first) {
      boolean plain = c > ' ' && c < 0x7f && c != '\\';
      if (plain || (c == ' ' && !first)) {
        text.append(c);
      } else if (c == '\\') {
        text.append("\\\\");
      } else {
        text.append("\\u").append(Integer.toHexString(0x10000 | c).substring(1));
      }
    }

    byte[] bytes() {
      return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
  }
}
