package com.example;

import java.util.List;

import dev.braintrust.spring.BraintrustProject;
import dev.braintrust.spring.ProjectTracer;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.stereotype.Service;

/**
 * An application with only the starter, which starts its own spans.
 */
@SpringBootApplication
public class Application {

	public static void main(String[] args) {
		try (Services services = new Services()) {
			try (ConfigurableApplicationContext context = services.start(Application.class)) {
				Services.check(context.getBean(Desk.class).answer("Where is my order?"), "On its way.");
			}
			Services.check(services.traces(),
					List.of("project_name:Support: answer", "project_name:Support: answer > look up"));
		}
	}

	@Service
	static class Desk {

		private final ProjectTracer tracer;

		Desk(@BraintrustProject("support") ProjectTracer tracer) {
			this.tracer = tracer;
		}

		String answer(String question) {
			return this.tracer.rootSpan("answer").input(question).call((span) -> {
				String answer = this.tracer.toolSpan("look up").call((tool) -> "On its way.");
				span.output(answer);
				return answer;
			});
		}

	}

}
