package io.luhproc.supervisor.engine;

import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The way to the supervisor's thread: whatever is run there is followed by what it means for other
 * services, and shown at the latest when the loop has nothing else to do.
 */
public final class LoopExecutor implements Executor, Timers {
  // Under a flood of messages the snapshot is renewed now and then all the same.
  private static final int MAX_UNPUBLISHED = 100;

  private final Executor loop;
  private final Timers timers;
  private final ServiceManager services;
  private int unpublished;

  public LoopExecutor(Executor loop, Timers timers, ServiceManager services) {
    this.loop = loop;
    this.timers = timers;
    this.services = services;
  }

  @Override
  public void execute(Runnable body) {
    loop.execute(() -> run(body));
  }

  @Override
  public Timer schedule(Duration delay, Runnable body) {
    return timers.schedule(delay, () -> run(body));
  }

  private void run(Runnable body) {
    try {
      body.run();
    } finally {
      services.propagate();
      unpublished++;
      if (unpublished >= MAX_UNPUBLISHED) {
        unpublished = 0;
        services.publish();
      }
    }
  }
}
