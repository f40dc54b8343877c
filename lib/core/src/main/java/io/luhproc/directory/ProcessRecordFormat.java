package io.luhproc.directory;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.time.InstantFormat;
import java.io.IOException;
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
 * The format of {@code process.properties}: ASCII, readable by {@link Properties#load}.
 *
 * <pre>
 * format=1                   version, first line; files of another version are not read
 * app=docsearch              only if the app has a name
 * task=INDEXER
 * id=main
 * program=com.example.Main
 * launch=3w5e11264sgsf
 * limitMarker=3458764513820540928   only if it was launched with a limit marker
 * started=2026-11-20T15:30:00.123456Z
 * boot=…                     /proc/sys/kernel/random/boot_id    } the identity: all three,
 * pid=39241                                                     } or none during the launch
 * startTicks=123456          field 22 of /proc/PID/stat         }
 * engine=k8s:batch           only if an engine runs it, with incarnation=… and where=…, once known
 * running=…, ready=…         when the task began, and reported that it is ready
 * classArchive=used          or: not used, and why; only of a worker
 * directory=/srv/app         working directory
 * command.0=…                the complete command; likewise jvmOption.0, removedJvmOption.0,
 *                            argument.0, environment.0 and inherited.0 (names of variables, never
 *                            values)
 * version.luhproc=…          versions of luhproc and Java that wrote this
 * version.java=…
 * end.time=…, end.reason=…   only if its end was observed
 * end.exitCode=…             likewise end.signal, end.failure, if known
 * complete=true              last line; a file without it is truncated and is ignored
 * </pre>
 *
 * <p>Lists are numbered from 0. The file is written under the temporary name {@code
 * .process.properties.new} and renamed into place. Unknown keys are ignored.
 */
final class ProcessRecordFormat {
  private static final String VERSION = "0.1.0";

  private ProcessRecordFormat() {}

  static byte[] encode(ProcessRecord record) {
    PropertiesWriter lines = new PropertiesWriter();
    lines.put("format", RecordedLaunch.FORMAT);
    lines.putIfPresent("app", record.key().app());
    lines.put("task", record.key().task());
    lines.put("id", record.key().id());
    lines.put("program", record.program());
    lines.put("launch", record.launchToken());
    // No lambda, of which the first costs a cold JVM some milliseconds.
    if (record.limitMarker().isPresent()) {
      lines.put("limitMarker", record.limitMarker().get().value());
    }
    lines.put("started", record.startedAt());
    if (record.identity().isPresent()) {
      putIdentity(lines, record.identity().get());
    }
    if (record.remote().isPresent()) {
      putRemote(lines, record.remote().get());
    }
    lines.putIfPresent("running", record.runningAt());
    lines.putIfPresent("ready", record.readyAt());
    lines.putIfPresent("classArchive", record.classArchive());
    putCommand(lines, record.command());
    lines.put("version.luhproc", VERSION);
    lines.put("version.java", System.getProperty("java.runtime.version", "unknown"));
    if (record.end().isPresent()) {
      putEnd(lines, record.end().get());
    }
    lines.put("complete", "true");
    return lines.bytes();
  }

  private static void putIdentity(PropertiesWriter lines, ProcessIdentity identity) {
    lines.put("boot", identity.bootId());
    lines.put("pid", identity.pid());
    lines.put("startTicks", identity.startTicks());
  }

  private static void putRemote(PropertiesWriter lines, ProcessRecord.Remote remote) {
    lines.put("engine", remote.engine());
    lines.putIfPresent("incarnation", remote.incarnation());
    lines.putIfPresent("where", remote.where());
  }

  private static void putCommand(PropertiesWriter lines, LaunchedCommand command) {
    lines.put("directory", command.workingDirectory());
    lines.putAll("command", command.argv());
    lines.putAll("jvmOption", command.jvmOptions());
    lines.putAll("removedJvmOption", command.removedJvmOptions());
    lines.putAll("argument", command.arguments());
    lines.putAll("environment", command.environmentNames());
    lines.putAll("inherited", command.inheritedNames());
  }

  private static void putEnd(PropertiesWriter lines, ProcessEnd end) {
    lines.put("end.time", end.time());
    if (end.exitCode().isPresent()) {
      lines.put("end.exitCode", end.exitCode().getAsInt());
    }
    lines.putIfPresent("end.signal", end.signal());
    lines.putIfPresent("end.failure", end.failure());
    lines.put("end.reason", end.reason());
  }

  /** Returns the record; empty if the bytes are truncated, damaged or of another version. */
  static Optional<ProcessRecord> decode(byte[] bytes) {
    try {
      Properties properties = RecordedLaunch.load(bytes);
      return RecordedLaunch.isComplete(properties)
          ? Optional.of(toRecord(new PropertiesReader(properties)))
          : Optional.empty();
    } catch (IOException | IllegalArgumentException | DateTimeException expected) {
      // The caller treats a damaged record as missing.
      return Optional.empty();
    }
  }

  private static ProcessRecord toRecord(PropertiesReader fields) {
    return new ProcessRecord(
        new ProcessKey(
            Optional.ofNullable(fields.find("app")), fields.get("task"), fields.get("id")),
        fields.get("program"),
        fields.get("launch"),
        toLimitMarker(fields.find("limitMarker")),
        InstantFormat.parse(fields.get("started")),
        fields.find("pid") == null ? Optional.empty() : Optional.of(toIdentity(fields)),
        toCommand(fields),
        fields.findInstant("running"),
        fields.findInstant("ready"),
        Optional.ofNullable(fields.find("classArchive")),
        fields.find("end.time") == null ? Optional.empty() : Optional.of(toEnd(fields)),
        fields.find("engine") == null ? Optional.empty() : Optional.of(toRemote(fields)));
  }

  private static ProcessRecord.Remote toRemote(PropertiesReader fields) {
    return new ProcessRecord.Remote(
        fields.get("engine"),
        Optional.ofNullable(fields.find("incarnation")),
        Optional.ofNullable(fields.find("where")));
  }

  /** Runs in a cold worker before its task, so there is no lambda. */
  private static Optional<LimitMarker> toLimitMarker(@Nullable String limit) {
    return limit == null ? Optional.empty() : LimitMarker.ofLimit(Long.parseLong(limit));
  }

  private static ProcessIdentity toIdentity(PropertiesReader fields) {
    return new ProcessIdentity(
        Long.parseLong(fields.get("pid")),
        Long.parseLong(fields.get("startTicks")),
        fields.get("boot"));
  }

  private static LaunchedCommand toCommand(PropertiesReader fields) {
    return new LaunchedCommand(
        fields.getAll("command"),
        fields.getAll("jvmOption"),
        fields.getAll("removedJvmOption"),
        fields.getAll("argument"),
        Path.of(fields.get("directory")),
        fields.getAll("environment"),
        fields.getAll("inherited"));
  }

  private static ProcessEnd toEnd(PropertiesReader fields) {
    String code = fields.find("end.exitCode");
    return new ProcessEnd(
        InstantFormat.parse(fields.get("end.time")),
        code == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(code)),
        Optional.ofNullable(fields.find("end.signal")).map(Signal::valueOf),
        Optional.ofNullable(fields.find("end.failure")),
        fields.get("end.reason"));
  }

  /** Looks up values by key. */
  private record PropertiesReader(Properties properties) {
    @Nullable String find(String name) {
      return properties.getProperty(name);
    }

    Optional<Instant> findInstant(String name) {
      String text = find(name);
      return text == null ? Optional.empty() : Optional.of(InstantFormat.parse(text));
    }

    String get(String name) {
      String value = find(name);
      if (value == null) {
        throw new IllegalArgumentException("missing key " + name);
      }
      return value;
    }

    List<String> getAll(String name) {
      List<String> values = new ArrayList<>();
      for (String value = find(name + ".0"); value != null; ) {
        values.add(value);
        value = find(name + '.' + values.size());
      }
      return values;
    }
  }

  /** Writes properties in a fixed order, which {@link Properties#store} does not. */
  private static final class PropertiesWriter {
    private final StringBuilder text = new StringBuilder(1024);

    void put(String name, Object value) {
      text.append(name).append('=');
      String string = value instanceof Instant time ? InstantFormat.format(time) : value.toString();
      for (int i = 0; i < string.length(); i++) {
        appendEscaped(string.charAt(i), i == 0);
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

    private void appendEscaped(char c, boolean first) {
      boolean printable = c > ' ' && c < 0x7f && c != '\\';
      if (printable || (c == ' ' && !first)) {
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
