package io.luhproc.process;

import io.luhproc.posix.Posix;
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
final class RealTree implements AutoCloseable {
  // $$ is the pid of the outermost shell even in a subshell, so the scripts below use sh -c.
  static final String PROLOGUE =
      "here() { echo $$ > \"$TREE/$1.new\"; mv \"$TREE/$1.new\" \"$TREE/$1.pid\"; }\n";

  final ProcessTable table = ProcessTable.system();
  final Path directory;
  private final Map<String, ProcessIdentity> seen = new HashMap<>();

  RealTree(Path directory) {
    this.directory = directory;
  }

  /** Starts a script as leader of its own session, as a worker is started, and waits for it. */
  ProcessIdentity start(String script) {
    launch("here root\n" + script);
    return await("root");
  }

  /** Starts a script as leader of its own session; it may end at once. */
  void launch(String script) {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", PROLOGUE + script);
    builder.environment().put("LUHPROC_DIR", directory.toString());
    builder.environment().put("TREE", directory.toString());
    builder.environment().put("PROLOGUE", PROLOGUE);
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
  void awaitWord(String name) {
    Eventually.holds(
        name + " says where it is", () -> Files.exists(directory.resolve(name + ".pid")));
  }

  /** Returns who said {@code here name}, as soon as it has. */
  ProcessIdentity await(String name) {
    ProcessIdentity identity =
        Eventually.present(
            name + " says where it is",
            () -> table.identify(Long.parseLong(read(name + ".pid").strip())));
    seen.put(name, identity);
    return identity;
  }

  String read(String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }

  boolean lives(ProcessIdentity who) {
    return table.isAlive(who);
  }

  /** Stops this tree by a signal that may go through native code. */
  TreeOutcome stop(Optional<ProcessIdentity> root, Signal signal, Duration grace)
      throws InterruptedException {
    return stop(root, signal, grace, Posix.lazy());
  }

  /** Stops this tree as nearly everybody does: TERM and 10 s, and no native code. */
  TreeOutcome stop(Optional<ProcessIdentity> root) throws InterruptedException {
    return stop(root, Duration.ofSeconds(10));
  }

  TreeOutcome stop(Optional<ProcessIdentity> root, Duration grace) throws InterruptedException {
    return stop(root, Signal.TERM, grace, new ForbiddenPosix());
  }

  private TreeOutcome stop(
      Optional<ProcessIdentity> root, Signal signal, Duration grace, Posix posix)
      throws InterruptedException {
    TreeRequest request = new TreeRequest(directory, root, signal, grace, grace.plusSeconds(10));
    return new TreeStop(table, posix, TimeSource.system()).stop(request);
  }

  /** Returns who carries the cookie of this tree and lives. */
  List<ProcessEntry> carriers() {
    List<ProcessEntry> carriers = new ArrayList<>();
    for (ProcessEntry entry : table.all()) {
      boolean carries =
          table
              .environment(entry.pid(), "LUHPROC_DIR")
              .filter(directory.toString()::equals)
              .isPresent();
      if (carries && !entry.isDead()) {
        carriers.add(entry);
      }
    }
    return carriers;
  }

  @Override
  public void close() {
    for (ProcessEntry entry : carriers()) {
      kill(entry.pid());
    }
    for (ProcessIdentity identity : seen.values()) {
      if (table.isAlive(identity)) {
        kill(identity.pid());
      }
    }
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }
}
