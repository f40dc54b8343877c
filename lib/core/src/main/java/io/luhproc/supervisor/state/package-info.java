/**
 * Decides about services and their processes: pure, without I/O, threads or clocks. Start from
 * {@link io.luhproc.supervisor.state.ServiceStateMachine}.
 */
@NullMarked
package io.luhproc.supervisor.state;

import org.jspecify.annotations.NullMarked;
