/**
 * The state machines of services and processes: pure, without I/O, threads, clocks or randomness.
 * Start from {@link io.luhproc.supervisor.state.ServiceStateMachine}.
 *
 * <p>{@code ServiceFsmState} and {@code ProcessFsmState} hold the complete state. An {@code
 * FsmEvent} produces a {@code Transition}: the next state and the {@code Effect}s. A process is
 * identified by its name within the service; each of its launches has a generation, and an event of
 * another generation is ignored.
 */
@NullMarked
package io.luhproc.supervisor.state;

import org.jspecify.annotations.NullMarked;
