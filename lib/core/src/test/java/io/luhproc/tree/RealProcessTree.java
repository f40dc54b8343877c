package io.luhproc.tree;

import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Real processes with the cookie of one directory. Their scripts are {@code sh}; {@code here NAME}
 * in one of them tells the test its pid. What still lives when this is closed is killed.
 */
final class RealProcessTree implements AutoCloseable {
  // $$ is the pid of the outermost shell even in a subshell, so the scripts below use sh -c.
  static final String SCRIPT_PREAMBLE =
      "here() { echo $$ > \"$TREE/$1.new\"; mv \"$TREE/$1.new\" \"$TREE/$1.pid\"; }\n";

  final ProcessTable table = ProcessTable.system();
  final Path directory;
  private final Map<String, ProcessIdentity> identities = new HashMap<>();

  RealProcessTree(Path directory) {
    this.directory = directory;
  }

  /** Starts a script as leader of its own session, as a worker is started, and waits for it. */
  ProcessIdentity start(String script) {
    launch("here root\n" + script);
    return awaitIdentity("root");
  }

  /** Starts a script as leader of its own session; it may end at once. */
  void launch(String script) {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", SCRIPT_PREAMBLE + script);
    builder.environment().put("LUHPROC_DIR", directory.toString());
    builder.environment().put("TREE", directory.toString());
    builder.environment().put("PROLOGUE", SCRIPT_PREAMBLE);
    Path log = directory.resolve("out.log");
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      Process ignored = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until somebody said {@code here name}, who may have left since. */
  void awaitPidFile(String name) {
    Eventually.holds(
        name + " says where it is", () -> Files.exists(directory.resolve(name + ".pid")));
  }

  /** Returns who said {@code here name}, as soon as it has. */
  ProcessIdentity awaitIdentity(String name) {
    ProcessIdentity identity =
        Eventually.present(
            name + " says where it is",
            () -> table.identify(Long.parseLong(read(name + ".pid").strip())));
    identities.put(name, identity);
    return identity;
  }

  String read(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  boolean isAlive(ProcessIdentity identity) {
    return table.isAlive(identity);
  }

  /** Stops this tree by a signal that may go through native code. */
  StopTreeResult stop(Optional<ProcessIdentity> root, Signal signal, Duration grace)
      throws InterruptedException {
    return stop(root, signal, grace, Posix.lazy());
  }

  /** Stops this tree as nearly everybody does: TERM and 10 s, and no native code. */
  StopTreeResult stop(Optional<ProcessIdentity> root) throws InterruptedException {
    return stop(root, Duration.ofSeconds(10));
  }

  StopTreeResult stop(Optional<ProcessIdentity> root, Duration grace) throws InterruptedException {
    return stop(root, Signal.TERM, grace, new UnexpectedCallPosix());
  }

  private StopTreeResult stop(
      Optional<ProcessIdentity> root, Signal signal, Duration grace, Posix posix)
      throws InterruptedException {
    StopTreeRequest request =
        new StopTreeRequest(directory, root, signal, grace, grace.plusSeconds(10));
    return new TreeStopper(table, posix, TimeSource.system()).stop(request);
  }

  /** Returns who carries the cookie of this tree and lives. */
  List<ProcessStat> liveMarked() {
    List<ProcessStat> marked = new ArrayList<>();
    for (ProcessStat entry : table.all()) {
      boolean hasMarker =
          table
              .environmentVariable(entry.pid(), "LUHPROC_DIR")
              .filter(directory.toString()::equals)
              .isPresent();
      if (hasMarker && !entry.isDead()) {
        marked.add(entry);
      }
    }
    return marked;
  }

  @Override
  public void close() {
    for (ProcessStat entry : liveMarked()) {
      kill(entry.pid());
    }
    for (ProcessIdentity identity : identities.values()) {
      if (table.isAlive(identity)) {
        kill(identity.pid());
      }
    }
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }
}
