/** What every package of luhproc can throw; start from {@link io.luhproc.LuhprocException}. */
@NullMarked
package io.luhproc;

import org.jspecify.annotations.NullMarked;
