package com.example

import dev.braintrust.spring.BraintrustProject
import dev.braintrust.spring.ProjectTracer
import dev.braintrust.spring.kotlin.asContextElement
import dev.braintrust.spring.kotlin.call
import dev.braintrust.spring.kotlin.callAndAwait
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
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

	fun answer(question: String): String? =
		tracer.rootSpan("answer").input(question).call { span ->
			val answer = chat.prompt(question).call().content()
			span.metadata("length", answer?.length ?: 0)
			answer
		}

	suspend fun answerLater(question: String): String? =
		tracer.rootSpan("later").input(question).callAndAwait { span ->
			delay(10)
			val answer = withContext(Dispatchers.IO) { chat.prompt(question).call().content() }
			launch(Dispatchers.Default) { tracer.toolSpan("note").call { tool -> tool.input(answer) } }
			span.metadata("length", answer?.length ?: 0)
			answer
		}

	/** As an application writes it that gives the types. */
	fun answerWithTypes(question: String): String? = tracer.rootSpan("types").call<String?, Exception> { span ->
		tracer.toolSpan("note").run<Exception> { tool -> tool.input(mapOf("question" to question)) }
		span.output("none")
		null
	}

	suspend fun answerAll(questions: List<String>) {
		val root = tracer.rootSpan("all").startSpan()
		withContext(root.asContextElement()) {
			questions.map { question ->
				async(Dispatchers.Default) {
					tracer.taskSpan(question).callAndAwait {
						delay(10)
						tracer.functionSpan("within").call { span -> Services.check(span.isRecording, true) }
					}
				}
			}.awaitAll()
		}
		root.end()
	}

	suspend fun fail(): Nothing = tracer.rootSpan("failing").callAndAwait {
		delay(1)
		throw java.io.IOException("lost")
	}

}

fun main() {
	Services().use { services ->
		services.start(Application::class.java).use { context ->
			val desk = context.getBean(Desk::class.java)
			Services.check(desk.answer("Where is my order?"), Services.ANSWER)
			Services.check(runBlocking { desk.answerLater("Where is my order?") }, Services.ANSWER)
			Services.check(desk.answerWithTypes("Where?") == null, true)
			runBlocking { desk.answerAll(listOf("one", "two")) }
			val failure = runCatching { runBlocking { desk.fail() } }.exceptionOrNull()
			Services.check(failure is java.io.IOException, true)
		}
		val project = "project_name:Support:"
		Services.check(
			services.traces().sorted(),
			listOf(
				"$project all",
				"$project all > one",
				"$project all > one > within",
				"$project all > two",
				"$project all > two > within",
				"$project answer",
				"$project answer > supportChat",
				"$project answer > supportChat > Chat Completion",
				"$project failing",
				"$project later",
				"$project later > note",
				"$project later > supportChat",
				"$project later > supportChat > Chat Completion",
				"$project types",
				"$project types > note",
			),
		)
	}
}
