package io.luhproc.supervisor.runtime;

import io.luhproc.engine.WorkerStatus;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A process of a service that an engine runs. All its launches share its executor, on which
 * everything about it happens in order.
 */
final class RemoteProcess {
  private final Context context;
  private final Executor executor;
  // Confined to the executor.
  private @Nullable RemoteRun run;

  RemoteProcess(Context context, Executor executor) {
    this.context = context;
    this.executor = executor;
  }

  /**
   * The collaborators of every remote process.
   *
   * @param links opens the engine of an address, once
   * @param commands builds commands and environments
   */
  record Context(
      Function<String, EngineLink> links,
      LaunchCommandBuilder commands,
      Timers timers,
      TimeSource timeSource) {}

  Context context() {
    return context;
  }

  void launch(LocalInstance instance, LaunchListener listener) {
    execute(
        () -> {
          run = new RemoteRun(this, instance, listener);
          run.launch();
        });
  }

  void adopt(LocalInstance instance, LaunchListener listener) {
    execute(
        () -> {
          run = new RemoteRun(this, instance, listener);
          run.adopt();
        });
  }

  void cancel(Duration grace) {
    withRun(it -> it.cancel(grace));
  }

  void stop(Duration grace, LaunchListener listener) {
    execute(
        () -> {
          if (run == null) {
            listener.treeTerminated(false);
          } else {
            run.stop(grace, listener);
          }
        });
  }

  /** Reports that nothing of its tree is left: an engine ends the tree with the process. */
  void stopLeftovers(LaunchListener listener) {
    execute(() -> listener.treeTerminated(false));
  }

  void observe(WorkerStatus status) {
    withRun(it -> it.observe(status));
  }

  /** Asks the engine how it is, and continues what waits for an answer. */
  void refresh() {
    withRun(RemoteRun::step);
  }

  /** Updates the text that says where it is. */
  void locate() {
    withRun(RemoteRun::locate);
  }

  void executeAfter(Duration delay, Runnable body) {
    Timers.Timer ignored = context.timers().schedule(delay, () -> execute(body));
  }

  /** Ends the copy of its log, and then runs an action. */
  void close(Runnable next) {
    execute(
        () -> {
          if (run != null) {
            run.close();
          }
          next.run();
        });
  }

  private void withRun(Consumer<RemoteRun> body) {
    execute(
        () -> {
          if (run != null) {
            body.accept(run);
          }
        });
  }

  void execute(Runnable body) {
    try {
      executor.execute(body);
    } catch (RejectedExecutionException expected) {
      // The supervisor is being closed.
    }
  }
}
