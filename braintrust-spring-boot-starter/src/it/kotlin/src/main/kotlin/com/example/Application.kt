package com.example

import dev.braintrust.spring.BraintrustProject
import dev.braintrust.spring.ProjectTracer
import org.springframework.ai.chat.client.ChatClient
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.context.annotation.Bean
import org.springframework.stereotype.Service

/** An application in Kotlin, with a client and spans of its own. */
@SpringBootApplication
class Application {

	@Bean
	@BraintrustProject("support")
	fun supportChat(builder: ChatClient.Builder): ChatClient = builder.build()

}

@Service
class Desk(
	@param:BraintrustProject("support") private val chat: ChatClient,
	@param:BraintrustProject("support") private val tracer: ProjectTracer,
) {

	fun answer(question: String): String? = tracer.rootSpan("answer").input(question).call<String?, Exception> { span ->
		val answer = chat.prompt(question).call().content()
		tracer.toolSpan("note").run<Exception> { tool -> tool.input(mapOf("answer" to answer)) }
		span.metadata("length", answer?.length ?: 0).output(answer)
		answer
	}

}

fun main() {
	Services().use { services ->
		services.start(Application::class.java).use { context ->
			Services.check(context.getBean(Desk::class.java).answer("Where is my order?"), Services.ANSWER)
		}
		val root = "project_name:Support: answer"
		Services.check(
			services.traces(),
			listOf(root, "$root > note", "$root > supportChat", "$root > supportChat > Chat Completion"),
		)
	}
}
