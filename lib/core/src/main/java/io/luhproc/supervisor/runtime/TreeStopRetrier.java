package io.luhproc.supervisor.runtime;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Timers;
import io.luhproc.tree.StopTreeRequest;
import io.luhproc.tree.StopTreeResult;
import io.luhproc.tree.TreeStopService;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Stops process trees, and retries while the process table cannot be read. Without free file
 * descriptors, it is unknown which processes of a tree are alive.
 */
final class TreeStopRetrier {
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  private final TreeStopService treeStopper;
  private final ProcessTable table;
  private final Timers timers;

  TreeStopRetrier(TreeStopService treeStopper, ProcessTable table, Timers timers) {
    this.treeStopper = treeStopper;
    this.table = table;
    this.timers = timers;
  }

  /** Stops a tree and reports the result to a listener. */
  void stop(StopTreeRequest request, LaunchListener listener) {
    stop(
        request,
        (result, failure) -> {
          String survivors = describe(result, failure);
          if (survivors.isEmpty()) {
            listener.treeTerminated(result != null && result.found());
          } else {
            listener.treeUnkillable(survivors);
          }
        });
  }

  /** Stops a tree and passes on what survived SIGKILL; empty if nothing did. */
  void stop(StopTreeRequest request, Consumer<String> survivors) {
    stop(request, (result, failure) -> survivors.accept(describe(result, failure)));
  }

  /** Stops a tree, and then runs an action, whatever the result is. */
  void stop(StopTreeRequest request, Runnable done) {
    stop(request, (result, failure) -> done.run());
  }

  private void stop(
      StopTreeRequest request, BiConsumer<@Nullable StopTreeResult, @Nullable Throwable> done) {
    CompletableFuture<Void> ignored =
        treeStopper
            .stop(request)
            .handle(
                (result, failure) -> {
                  if (failure == null || isReadable()) {
                    done.accept(result, failure);
                  } else {
                    LoggerFactory.getLogger(TreeStopRetrier.class)
                        .warn("cannot stop a process tree; trying again in 1 s", failure);
                    timers.schedule(RETRY_DELAY, () -> stop(request, done));
                  }
                  return null;
                });
  }

  private boolean isReadable() {
    try {
      return table.pids().length > 0;
    } catch (LuhprocException expected) {
      return false;
    }
  }

  private static String describe(@Nullable StopTreeResult result, @Nullable Throwable failure) {
    if (result == null) {
      return String.valueOf(failure);
    }
    return result.alive().isEmpty()
        ? ""
        : result.alive().stream()
            .map(TreeStopRetrier::describe)
            .collect(Collectors.joining(", ", "still alive: ", ""));
  }

  private static String describe(ProcessStat survivor) {
    return survivor.pid() + " (" + survivor.name() + ", state " + survivor.state() + ")";
  }
}
