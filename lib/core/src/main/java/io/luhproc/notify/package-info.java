/**
 * The protocol of sd_notify(3): processes report readiness and status over a Unix socket. Start
 * from {@link io.luhproc.notify.NotifyServer}, which receives, or {@link
 * io.luhproc.notify.ServiceManagerNotifier}, which sends.
 *
 * <p>The thread {@code notify} receives; it exists once a process with a socket was registered.
 */
@NullMarked
package io.luhproc.notify;

import org.jspecify.annotations.NullMarked;
