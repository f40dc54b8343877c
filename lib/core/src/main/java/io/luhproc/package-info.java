/** What every package of luhproc shares: {@link io.luhproc.LuhprocException}. */
@NullMarked
package io.luhproc;

import org.jspecify.annotations.NullMarked;
