package dev.braintrust.spring.sample.desk;

import com.github.kagkarlsson.scheduler.event.ExecutionInterceptor;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The background jobs, and the application's own telemetry of them.
 */
@Configuration(proxyBeanMethods = false)
class JobConfiguration {

	@Bean
	Task<Long> answerTask(AnswerJob job) {
		return Tasks.oneTime(AnswerJob.TASK).execute(job);
	}

	/**
	 * A span for each job in the application's own OpenTelemetry. It shows that these
	 * spans never mix with the Braintrust spans inside the job.
	 */
	@Bean
	ExecutionInterceptor jobObservation(ObservationRegistry registry) {
		return (job, context, chain) -> Observation.createNotStarted("job", registry)
			.contextualName("job " + job.getTaskName())
			.highCardinalityKeyValue("job.id", job.getId())
			.observe(() -> chain.proceed(job, context));
	}

}
