package io.luhproc.supervisor;

import io.luhproc.health.CheckRecord;
import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HealthState;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * What watches over the living process of a slot, its health check and its memory, and tells the
 * machine what it sees. Belongs to the supervisor's thread.
 */
final class Watches {
  private final Slot slot;
  private final Unit unit;
  private final Tools tools;
  private Optional<HealthState> tally = Optional.empty();
  private @Nullable AutoCloseable health;
  private @Nullable AutoCloseable memory;

  Watches(Slot slot, Unit unit, Tools tools) {
    this.slot = slot;
    this.unit = unit;
    this.tools = tools;
  }

  /** Returns what is known of its health, of the last process where none lives. */
  Optional<HealthState> tally() {
    return tally;
  }

  boolean isCheckingHealth() {
    return health != null;
  }

  /** Begins anew; the first check of a process that is paused comes when it goes on. */
  void beginHealth(long generation) {
    suspendHealth();
    Optional<HealthPolicy> policy = slot.place().spec().health();
    Optional<Living> living = slot.living();
    if (living.isPresent() && policy.isPresent()) {
      tally = Optional.of(HealthState.initial());
      health = slot.isPaused() ? null : beginHealth(generation, living.get(), policy.get());
    }
  }

  private AutoCloseable beginHealth(long generation, Living of, HealthPolicy policy) {
    return tools
        .world()
        .beginHealth(slot.place(), of, record -> probed(generation, policy, record));
  }

  private void probed(long generation, HealthPolicy policy, CheckRecord record) {
    HealthState before = tally.orElse(HealthState.initial());
    HealthState after = before.with(policy, record);
    tally = Optional.of(after);
    unit.touch();
    if (after.status() != before.status()) {
      unit.healthChanged(slot, after);
    }
    switch (after.status()) {
      case HEALTHY -> unit.feed(slot, new Input.Healthy(slot.index(), generation));
      case UNHEALTHY -> {
        String detail = "its health check failed: " + record.result().detail();
        unit.feed(slot, new Input.Unhealthy(slot.index(), generation, detail));
      }
      case STARTING -> {
        // Too few results to say; the next one may decide.
      }
    }
  }

  /** What was found remains to be seen until the next launch: it may be why it was stopped. */
  void suspendHealth() {
    health = close(health);
  }

  void forgetHealth() {
    tally = Optional.empty();
  }

  void beginMemory(long generation) {
    endMemory();
    Optional<Living> living = slot.living();
    if (living.isPresent() && slot.place().spec().limits().maxMemoryRestart().isPresent()) {
      memory =
          tools
              .world()
              .watchMemory(
                  slot.place(),
                  living.get(),
                  detail -> tools.loop().execute(() -> exceeded(generation, detail)));
    }
  }

  private void exceeded(long generation, String detail) {
    unit.feed(slot, new Input.MemoryExceeded(slot.index(), generation, detail));
  }

  void endMemory() {
    memory = close(memory);
  }

  /** Lets go of both. */
  void close() {
    suspendHealth();
    endMemory();
  }

  private static @Nullable AutoCloseable close(@Nullable AutoCloseable watch) {
    if (watch != null) {
      try {
        watch.close();
      } catch (Exception e) {
        LoggerFactory.getLogger(Watches.class).warn("a watch over a process cannot be closed", e);
      }
    }
    return null;
  }
}
