/**
 * The interface between luhproc and the engines that run its workers: this machine, a Kubernetes
 * namespace, a Slurm partition. Start from {@link io.luhproc.engine.WorkerEngine}; {@link
 * io.luhproc.engine.WorkerEngineProvider} makes an engine available to {@link
 * java.util.ServiceLoader}.
 *
 * <p>Users do not call engines. They call {@code ProcessManager}, whose methods mean the same on
 * every engine. The capabilities of an engine state what it cannot do, see {@link
 * io.luhproc.engine.EngineCapability capabilities}.
 */
@NullMarked
package io.luhproc.engine;

import org.jspecify.annotations.NullMarked;
