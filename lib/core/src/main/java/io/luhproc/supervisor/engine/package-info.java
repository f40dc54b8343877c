/** The one thread that owns all services at run time. Start from {@code ServiceManager}. */
@NullMarked
package io.luhproc.supervisor.engine;

import org.jspecify.annotations.NullMarked;
