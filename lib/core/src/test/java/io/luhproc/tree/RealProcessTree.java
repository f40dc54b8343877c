package io.luhproc.tree;

import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.LimitMarker;
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
 * A tree of real processes that carry the marker of one directory.
 *
 * <p>The processes run shell scripts. The command {@code here NAME} writes the pid of its shell to
 * the file {@code NAME.pid}. Closing the tree kills all processes that are still alive.
 */
final class RealProcessTree implements AutoCloseable {
  // $$ is the pid of the outermost shell even in a subshell, so scripts use sh -c.
  static final String SCRIPT_PREAMBLE =
      "here() { echo $$ > \"$TREE/$1.new\"; mv \"$TREE/$1.new\" \"$TREE/$1.pid\"; }\n";

  final ProcessTable table = ProcessTable.system();
  final Path directory;
  private final Optional<LimitMarker> limitMarker;
  private final Map<String, ProcessIdentity> identities = new HashMap<>();

  RealProcessTree(Path directory) {
    this(directory, Optional.empty());
  }

  /** Creates a tree whose processes also carry a limit marker. */
  RealProcessTree(Path directory, Optional<LimitMarker> limitMarker) {
    this.directory = directory;
    this.limitMarker = limitMarker;
  }

  /** Starts a script as leader of its own session, like a worker, and waits until it runs. */
  ProcessIdentity start(String script) {
    launch("here root\n" + script);
    return awaitIdentity("root");
  }

  /**
   * Starts {@code sleep} as leader of its own session and waits until the shell has executed it.
   */
  ProcessIdentity startSleep() {
    ProcessIdentity identity = start("exec sleep 300");
    Eventually.holds(
        "the shell has executed sleep",
        () -> table.find(identity.pid()).filter(it -> it.name().equals("sleep")).isPresent());
    return identity;
  }

  /**
   * Starts a script as leader of its own session, and returns its identity. It may exit at once.
   */
  ProcessIdentity launchRoot(String script) {
    Process process = startScript("read -r line\n" + script);
    ProcessIdentity root = table.identify(process.pid()).orElseThrow();
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return root;
  }

  /** Starts a script as leader of its own session. It may exit at once. */
  void launch(String script) {
    Process ignored = startScript(script);
  }

  private Process startScript(String script) {
    String setLimit = limitMarker.map(RealProcessTree::setLimit).orElse("");
    ProcessBuilder builder =
        new ProcessBuilder("setsid", "sh", "-c", setLimit + SCRIPT_PREAMBLE + script);
    builder.environment().put("LUHPROC_DIR", directory.toString());
    builder.environment().put("TREE", directory.toString());
    builder.environment().put("PROLOGUE", SCRIPT_PREAMBLE);
    Path log = directory.resolve("out.log");
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns shell commands that set a limit marker: of dash and busybox, or of bash. */
  static String setLimit(LimitMarker marker) {
    return "{ ulimit -S -w %1$d || ulimit -S -x %1$d; } 2>/dev/null\n".formatted(marker.value());
  }

  /** Waits until a process has run {@code here name}. It may have exited since. */
  void awaitPidFile(String name) {
    Eventually.holds(
        name + ".pid is written", () -> Files.exists(directory.resolve(name + ".pid")));
  }

  /** Waits until a process has run {@code here name} and returns its identity. */
  ProcessIdentity awaitIdentity(String name) {
    ProcessIdentity identity =
        Eventually.present(
            name + ".pid is written",
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

  /** Stops this tree. The signal may require native code. */
  StopTreeResult stop(Optional<ProcessIdentity> root, Signal signal, Duration grace)
      throws InterruptedException {
    return stop(root, signal, grace, Posix.lazy());
  }

  /** Stops this tree with SIGTERM and a grace period of 10 s, which requires no native code. */
  StopTreeResult stop(Optional<ProcessIdentity> root) throws InterruptedException {
    return stop(root, Duration.ofSeconds(10));
  }

  StopTreeResult stop(Optional<ProcessIdentity> root, Duration grace) throws InterruptedException {
    return stop(root, Signal.TERM, grace, new UnexpectedCallPosix());
  }

  private StopTreeResult stop(
      Optional<ProcessIdentity> root, Signal signal, Duration grace, Posix posix)
      throws InterruptedException {
    return new TreeStopper(table, posix, TimeSource.system()).stop(request(root, signal, grace));
  }

  private StopTreeRequest request(Optional<ProcessIdentity> root, Signal signal, Duration grace) {
    TreeScope scope = TreeScope.of(directory, root);
    return new StopTreeRequest(
        limitMarker.map(scope::withLimitMarker).orElse(scope),
        signal,
        grace,
        grace.plusSeconds(10));
  }

  /** Returns a request to stop this tree with SIGTERM. */
  StopTreeRequest request(Optional<ProcessIdentity> root, Duration grace) {
    return request(root, Signal.TERM, grace);
  }

  /** Returns the live processes that carry a marker of this tree. */
  List<ProcessStat> liveMarked() {
    List<ProcessStat> marked = new ArrayList<>();
    for (ProcessStat process : table.all()) {
      Optional<String> marker = table.environmentVariable(process.pid(), "LUHPROC_DIR");
      boolean isMarked =
          marker.isPresent()
              ? marker.get().equals(directory.toString())
              : limitMarker.isPresent() && table.limitMarker(process.pid()).equals(limitMarker);
      if (isMarked && !process.isDead()) {
        marked.add(process);
      }
    }
    return marked;
  }

  @Override
  public void close() {
    for (ProcessStat process : liveMarked()) {
      kill(process.pid());
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
