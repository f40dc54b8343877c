/** Apps that tests start; start from {@link io.luhproc.worker.app.StartStopApp}. */
package io.luhproc.worker.app;
