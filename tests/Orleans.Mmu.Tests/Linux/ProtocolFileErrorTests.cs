using Orleans.Mmu.Inputs;
using Orleans.Mmu.Linux.ProtocolFiles;
using static Orleans.Mmu.Tests.Linux.SampleProtocol;

namespace Orleans.Mmu.Tests.Linux;

/// <summary>Protocol files that are none: one line that says where, what was expected and what was found.</summary>
public class ProtocolFileErrorTests
{
    [Theory]
    [InlineData("isb", "isbb", "my.protocol:11: expected a step, found \"isbb\" (the nearest is \"isb\")")]
    [InlineData("; smp_mb", "",
        "my.protocol:9: expected a step, found \"flag = 1\" (the nearest is \"flag = 1; smp_mb\")")]
    [InlineData("flag += 1;", "; flag += 1", "my.protocol:12: expected a step, found nothing")]
    [InlineData("flag += 1;", "flag = 0",
        "my.protocol:12: expected a step that secondaries may perform, found \"flag = 0\", which is for boot cpu")]
    [InlineData("flag = 0", "flag += 1", "my.protocol:14: expected a step that boot cpu may perform, found "
        + "\"flag += 1\", which is for secondaries and cpu 1")]
    [InlineData("park , secondaries", "park, secondary", "my.protocol:10: phase park: expected a comma and one of "
        + "boot cpu, secondaries, cpu 1, on ipi, found \"secondary\" (the nearest is \"secondaries\")")]
    [InlineData("phase park , secondaries", "phase park", "found no role")]
    [InlineData("phase park ,", "phase announce,", "my.protocol:10: expected a name that no earlier phase has, found "
        + "\"announce\" again after line 8")]
    [InlineData("    flag = 1; smp_mb\n", "", "my.protocol:8: phase announce: expected its steps, found none")]
    [InlineData("    wfe until flag == 0", "", "my.protocol:15: phase resume: expected its steps, found none")]
    [InlineData("origin   ", "orgin   ", "my.protocol:5: expected a header (protocol, about, origin, levels, map) or a "
        + "phase, found \"orgin\" (the nearest is \"origin\")")]
    [InlineData("map      repaint", "isb", "my.protocol:2: expected a phase before its steps, found \"isb\"")]
    [InlineData("origin   the thread of March 2025\n", "", "expected the header line origin, found none")]
    [InlineData("levels   3, 0", "# ", "expected the header line levels, found none")]
    [InlineData("origin   ", "map   ", "my.protocol:5: map: expected it once, found it again after line 2")]
    [InlineData("flag = 0", "flag = 0\nmap repaint",
        "my.protocol:15: map: expected header lines before the first phase")]
    [InlineData("my-dance", "my dance", "my.protocol:4: protocol: expected a name of at most 60 letters")]
    [InlineData("my-dance", "../dance", "my.protocol:4: protocol: expected a name of at most 60 letters")]
    [InlineData("origin   the thread of March 2025", "origin", "my.protocol:5: origin: expected a sentence")]
    [InlineData("3, 0", "3, 4", "my.protocol:3: levels: expected the levels of up to 7 CPUs, 0, 1, 2 or 3 each, with "
        + "commas between, found \"3, 4\"")]
    [InlineData("3, 0", "3,0,0,0,0,0,0,0", "my.protocol:3: levels: expected the levels of up to 7 CPUs")]
    [InlineData("# a comment", "\0", "my.protocol:1: expected text, found the character \\x00")]
    [InlineData("March", "\u202eMarch", "my.protocol:5: expected text, found the character \\u202e")]
    [InlineData("# a comment", "# a comment\u2028isb", "my.protocol:1: expected text, found the character \\u2028")]
    [InlineData("# a comment", "# a comment\u0085isb", "my.protocol:1: expected text, found the character \\x85")]
    [InlineData("# a comment", "# a comment\fisb", "my.protocol:1: expected text, found the character \\x0c")]
    [InlineData("isb", "isb\u00a0", "expected text, found the character \\xa0")]
    public void What_is_wrong_is_said_with_its_line(string from, string to, string message)
    {
        var error = Assert.Throws<InputException>(() => ProtocolReader.Parse(
            "my.protocol", Dance.ReplaceLineEndings("\n").Replace(from, to, StringComparison.Ordinal)));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private const string Operand = "0 to 15, num_online_cpus or num_online_cpus - 1 after \"parked == \", ";

    // The form is right and the value is not, so the answer is what may stand there, not another step.
    [Theory]
    [InlineData("wait parked == 77", Operand + "found \"77\"")]
    [InlineData("wait parked == 03", Operand + "found \"03\"")]
    [InlineData("wait parked == num_cpus", Operand + "found \"num_cpus\"")]
    [InlineData("skip this phase unless parked == 16", Operand + "found \"16\"")]
    [InlineData("wait text == 77", "a word's name that has no other meaning, found \"text\"")]
    [InlineData("parked = 16", "0 to 15 after \"parked = \", found \"16\"")]
    [InlineData("parked = -1", "0 to 15 after \"parked = \", found \"-1\"")]
    [InlineData("parked += 2", "1, which a step adds after \"parked += \", found \"2\"")]
    [InlineData("wait Parked == 1",
        "a word's name of at most 32 lower-case letters, digits and underscores that does not begin with a digit, "
        + "found \"Parked\"")]
    [InlineData("a23456789012345678901234567890123 += 1",
        "a word's name of at most 32 lower-case letters, digits and underscores that does not begin with a digit, "
        + "found \"a23456789012345678901234567890123\"")]
    [InlineData("spin_lock(My-Lock)",
        "a lock's name of at most 32 lower-case letters, digits and underscores that does not begin with a digit, "
        + "found \"My-Lock\"")]
    [InlineData("tlbi vaae1is, below text page 2", "0 or 1 in \"tlbi vaae1is, below text page 2\", found \"2\"")]
    [InlineData("pte[9](above rodata) = page", "0, 1 or all in \"pte[9](above rodata) = page\", found \"9\"")]
    [InlineData("skip this phase unless pte[7](below text) == page",
        "0 or 1 in \"skip this phase unless pte[7](below text) == page\", found \"7\"")]
    [InlineData("copy += 1", "a word's name that has no other meaning, found \"copy\", a part of \"")]
    [InlineData("wait flag == 3", "a step, found \"wait flag == 3\" (the nearest are \"")]
    [InlineData("wait flag == num_cpus", "a step, found \"wait flag == num_cpus\" (the nearest is \"")]
    public void A_value_out_of_range_is_answered_with_the_range(string step, string message)
    {
        var error = Assert.Throws<InputException>(() => ProtocolReader.Parse(
            "my.protocol", Dance.ReplaceLineEndings("\n").Replace("isb", step, StringComparison.Ordinal)));

        Assert.Contains($"my.protocol:11: expected {message}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "a:1: expected the header line protocol, found none in a file without statements")]
    [InlineData("# nothing but a comment\n", "expected the header line protocol, found none in a file")]
    public void A_file_without_statements_is_no_protocol(string text, string message) => Assert.Contains(
        message, Assert.Throws<InputException>(() => ProtocolReader.Parse("a", text)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_file_is_bounded_in_every_direction()
    {
        string[] bad =
        [
            Dance + string.Concat(Enumerable.Range(0, 1_000).Select(i => $"\nphase p{i}, boot cpu\nisb")),
            Dance + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"\nphase p{i}, boot cpu\nisb")),
            Dance + string.Concat(Enumerable.Repeat("\nisb", 300)),
            Dance + "\nisb" + new string(' ', 500),
            Dance + "\nphase " + new string('x', 50) + ", boot cpu\nisb",
            Dance.Replace("my-dance", new string('x', 70), StringComparison.Ordinal),
            Dance.Replace("March", new string('x', 300), StringComparison.Ordinal),
        ];

        Assert.All(bad, text =>
        {
            var error = Assert.Throws<InputException>(() => ProtocolReader.Parse("a", text));
            Assert.Contains("at most", error.Message, StringComparison.Ordinal);
            Assert.InRange(error.Message.Length, 1, 200);
        });
    }
}
