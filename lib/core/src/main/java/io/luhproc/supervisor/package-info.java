/** Groups of services kept alive; start from {@link io.luhproc.supervisor.SupervisorEvent}. */
@NullMarked
package io.luhproc.supervisor;

import org.jspecify.annotations.NullMarked;
