/**
 * Publishes events about services. Start from {@link io.luhproc.supervisor.event.EventPublisher}.
 */
@NullMarked
package io.luhproc.supervisor.event;

import org.jspecify.annotations.NullMarked;
