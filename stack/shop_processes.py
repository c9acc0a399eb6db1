"""The processes of the Procfile, by name, each with its share of the environment and the address of its health."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from stack.command import Command
from stack.environment import only_for
from stack.output import Output
from stack.parallel import in_parallel
from stack.ports import HOST, private_port
from stack.process import Process
from stack.process_record import ProcessRecord
from stack.procfile import Line


class ShopProcesses(Mapping[str, Process]):
    """A mapping from name to process. Iterating goes through them in the Procfile's order."""

    def __init__(
        self,
        lines: list[Line],
        *,
        directory: Path,
        environment: Mapping[str, str],
        record: ProcessRecord,
        output: Output,
    ) -> None:
        self._lines = {line.name: line for line in lines}
        self._directory = directory
        self._environment = environment
        self._record = record
        self._output = output
        self._processes = {line.name: self._process(line.name, line) for line in lines}

    def start(self) -> None:
        """Start all, and wait until all are healthy."""
        for process in self.values():
            process.start()
        in_parallel((process.wait_until_healthy for process in self.values()), abort=self.stop)

    def stop(self) -> None:
        in_parallel([self.stop_web, self.stop_workers])

    def stop_web(self) -> None:
        """Those that answer HTTP. They never talk to the broker."""
        in_parallel(process.stop for name, process in self.items() if self._is_web(name))

    def stop_workers(self) -> None:
        """All others."""
        in_parallel(process.stop for name, process in self.items() if not self._is_web(name))

    def start_another(self, name: str) -> Process:
        """One more of the same kind, named `<name>.2` and so on, healthy on return. A web process gets its own port."""
        number = 2 + sum(other.startswith(f"{name}.") for other in self)
        process = self._process(f"{name}.{number}", self._lines[name], web_port=private_port())
        self._processes[process.name] = process
        process.start()
        process.wait_until_healthy()
        return process

    def __getitem__(self, name: str) -> Process:
        return self._processes[name]

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._processes))

    def __len__(self) -> int:
        return len(self._processes)

    def _is_web(self, name: str) -> bool:
        return self._lines[name.partition(".")[0]].is_web

    def _process(self, name: str, line: Line, *, web_port: int | None = None) -> Process:
        environment = only_for(line.service, self._environment, process=line.name)
        port_variable = f"{line.service.upper()}_PORT" if line.is_web else "WORKER_PORT"
        if not line.is_web or web_port:
            environment[port_variable] = str(web_port or private_port())
        health = f"http://{HOST}:{environment[port_variable]}" + ("/health" if line.is_web else "/healthcheck")
        command = Command(
            name=name,
            arguments=line.arguments,
            environment=environment,
            directory=self._directory,
            health_url=health,
        )
        return Process(command, record=self._record, output=self._output)
