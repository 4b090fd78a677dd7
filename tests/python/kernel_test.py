"""jupyter_kernel_test for the course's kernel, with a Rust sample for each thing that the suite knows to ask."""

import unittest

import jupyter_kernel_test as jkt


class LstmKernelTests(jkt.KernelTests):
    kernel_name = "lstm"
    language_name = "rust"
    file_extension = ".rs"

    @classmethod
    def setUpClass(cls):
        """The suite allows 15 s for an answer; the first one waits for the engine, and for a build where none is warm."""
        super().setUpClass()
        cls.kc.execute_interactive("1 + 1", timeout=600)

    code_hello_world = 'println!("hello, world");'
    code_stderr = 'eprintln!("to stderr");'
    code_generate_error = 'panic!("meant to");'
    code_execute_result = [{"code": "6 * 7", "result": "42"}, {"code": "let x = 2;\nx + 3", "result": "5"}]
    code_display_data = [
        {"code": 'display(&Tensor::new(&[1f32, 2.], &Device::Cpu)?)?;', "mime": "text/html"},
    ]
    complete_code_samples = ["1 + 1", "let a = 1;", "fn f() {}", '"("']
    incomplete_code_samples = ["fn f() {", "let a =", '"open', "vec![1,"]
    invalid_code_samples = [")", "fn f() }"]
    completion_samples = [{"text": "Tensor::zeros_l", "matches": {"zeros_like"}}]
    code_inspect_sample = "Tensor"
    code_page_something = "?Tensor"
    code_clear_output = "lstm::display::clear_output(false)?;"
    code_history_pattern = "*6*"
    supported_history_operations = ("tail", "range", "search")


if __name__ == "__main__":
    unittest.main()
