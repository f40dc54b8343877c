/**
 * Presents the process directory of a worker on this machine as an engine does: its status and its
 * log. Start from {@link io.luhproc.worker.local.LocalStatus}.
 */
@NullMarked
package io.luhproc.worker.local;

import org.jspecify.annotations.NullMarked;
