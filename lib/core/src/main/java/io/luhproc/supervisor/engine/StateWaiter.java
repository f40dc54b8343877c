package io.luhproc.supervisor.engine;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.runtime.ProcessInstance;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Waits for a service as a whole to be in a state. */
final class StateWaiter implements Waiter {
  private final ProcessState state;
  private final BiConsumer<ManagedService, Optional<RuntimeException>> onDone;

  /**
   * Creates one.
   *
   * @param onDone is told; with nothing when the goal is reached
   */
  StateWaiter(ProcessState state, BiConsumer<ManagedService, Optional<RuntimeException>> onDone) {
    this.state = state;
    this.onDone = onDone;
  }

  @Override
  public void stateChanged(
      ProcessInstance process, ProcessState from, ProcessState to, Cause cause) {
    // Only where the service stands when all is decided counts.
  }

  @Override
  public void startRequested(Set<String> processes, String reason) {
    // It may come into the state all the same.
  }

  @Override
  public boolean completeIfDone(ManagedService service) {
    boolean over = service.state() == state;
    if (over) {
      onDone.accept(service, Optional.empty());
    }
    return over;
  }

  @Override
  public void fail(ManagedService service, RuntimeException why) {
    onDone.accept(service, Optional.of(why));
  }
}
