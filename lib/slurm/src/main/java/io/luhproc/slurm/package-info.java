/**
 * Runs workers as jobs of Slurm, through its commands. Start from {@link
 * io.luhproc.slurm.SlurmEngineProvider}.
 *
 * <p>Each start of a worker is a <em>run</em>: a directory that submit hosts and nodes share, and
 * at most one job that uses it. Slurm says how a job is; the directory says which worker it is, and
 * keeps its output and its end when Slurm has forgotten the job.
 */
@NullMarked
package io.luhproc.slurm;

import org.jspecify.annotations.NullMarked;
