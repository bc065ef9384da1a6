package dev.braintrust.spring.sample.demo;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;

import org.springframework.stereotype.Component;

/**
 * Tells the demo when a job has ended on this machine.
 */
@Component
class FinishedJobs extends AbstractSchedulerListener {

	private final BlockingQueue<ExecutionComplete> finished = new LinkedBlockingQueue<>(100);

	@Override
	public void onExecutionComplete(ExecutionComplete execution) {
		this.finished.offer(execution);
	}

	/**
	 * Wait until a job ends, but at most a second, because it may end on another machine.
	 */
	void await() throws InterruptedException {
		ExecutionComplete execution = this.finished.poll(1, TimeUnit.SECONDS);
		if (execution != null && execution.getCause().isPresent()) {
			throw new IllegalStateException("The job failed", execution.getCause().get());
		}
	}

}
